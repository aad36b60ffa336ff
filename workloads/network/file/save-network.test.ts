/** @module */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadNetwork } from './load-network.ts';
import { networkAndInput } from '../network.fixture.ts';
import type { Network } from '../network.ts';
import { saveNetwork } from './save-network.ts';

function rounded({ input, layers }: Network): Network {
  return {
    input,
    layers: layers.map((layer) =>
      'weights' in layer ? { ...layer, weights: layer.weights.map(Math.fround), bias: layer.bias.map(Math.fround) } : layer,
    ),
  };
}

test('what is saved is loaded again, in 32 bits', () => {
  const folder = mkdtempSync(join(tmpdir(), 'enigmark-network-'));
  try {
    fc.assert(
      fc.property(networkAndInput, ({ seed, network }) => {
        const id = `net-${seed}`;
        saveNetwork(network, { folder, id, title: 'Random', classes: null, metadata: { seed: `${seed}` } });
        const loaded = loadNetwork(join(folder, `${id}.json`));
        expect(loaded).toEqual({ id, title: 'Random', network: rounded(network), classes: null, samples: null, leftToClient: null });
      }),
      { seed: 1, numRuns: 40 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
