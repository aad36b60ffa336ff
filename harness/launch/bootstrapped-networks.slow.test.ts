/** @module */
import { expect, test } from 'vitest';
import { scheme } from '../../schemes/ckks/scheme.ts';
import { Random } from '../../workloads/data/random.ts';
import type { Layer, Network } from '../../workloads/network/network.ts';
import { randomDense } from '../../workloads/network/network.fixture.ts';
import { isMeasured } from '../record/record.ts';
import { launchWorkload, networkWorkload, type NetworkLaunch } from './network-launch.fixture.ts';

const random = Random.from(12, 'eight layers');

/** Eight linear layers, and between them functions that become polynomials of degree 2. */
const network: Network = {
  input: { shape: { channels: 1, height: 4, width: 4 }, min: -1, max: 1 },
  layers: [
    { kind: 'flatten', name: 'flatten' },
    ...Array.from({ length: 7 }, (_, at): Layer[] => [
      randomDense(random, `dense ${at + 1}`, at === 0 ? 16 : 8, 8),
      { kind: 'activation', name: `relu ${at + 1}`, activation: 'relu' },
    ]).flat(),
    randomDense(random, 'output', 8, 4),
  ],
};

/** Small and quick, and not secure. */
const launch = { scheme, kernels: 'own', layout: 'packed', parameters: 'insecure-bootstrap', seed: 1, samples: 4 } as const;

test('a network of seven activations in a row is right where the server bootstraps, and refused where it may not', async () => {
  const asked: NetworkLaunch = { ...launch, bootstrap: true };
  const record = await launchWorkload(networkWorkload(network, asked), asked);
  if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
  const { accuracy, interactive, depth, bytes, data, failureProbability_log2 } = record;
  expect([interactive, bytes.rounds, depth]).toEqual([false, 1, 7]);
  expect(accuracy!.maxAbsError!).toBeLessThanOrEqual(accuracy!.outputRange * 2 ** -6);
  expect(data).toMatch(/bootstrap before relu \d/);
  expect(failureProbability_log2!).toBeLessThan(-100);

  const refused = await launchWorkload(networkWorkload(network, launch), launch);
  if (refused.state !== 'unsupported') throw new Error(refused.state);
  expect(refused.error.message).toMatch(
    /of its 8 linear layers the first \d would fit, up to depth \d: `--bootstrap auto`.*`--refresh auto`/,
  );
});
