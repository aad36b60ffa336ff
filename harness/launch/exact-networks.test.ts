/** @module */
import { describe, expect, test } from 'vitest';
import { scheme as bfv } from '../../schemes/bfv/scheme.ts';
import { scheme as bgv } from '../../schemes/bgv/scheme.ts';
import { Random } from '../../workloads/data/random.ts';
import type { Network } from '../../workloads/network/network.ts';
import { randomConv2d, randomDense, randomNetwork } from '../../workloads/network/network.fixture.ts';
import { forecastWorkload, launchWorkload, networkWorkload, type NetworkLaunch } from './network-launch.fixture.ts';
import { isMeasured } from '../record/record.ts';

const shapes = [{ rows: 2, columns: 512 }] as const;
const tiny = [bfv, bgv].map((scheme) => ({ ...scheme, shapes }));
const launches = tiny.flatMap((scheme) =>
  (['own', 'library'] as const).map((kernels): NetworkLaunch & { readonly id: string } => {
    return { id: scheme.id, scheme, kernels, layout: 'batched', parameters: 'insecure-tiny', seed: 1, samples: 40 };
  }),
);

describe.each(launches)('$id, $kernels kernels', (launch) => {
  const random = Random.from(7, 'convolutional network');
  const network: Network = {
    input: { shape: { channels: 1, height: 9, width: 9 }, min: -1, max: 1 },
    layers: [
      randomConv2d(random, 'conv', 1, 3, { height: 3, width: 3, stride: 2, padding: 1 }),
      { kind: 'activation', name: 'square', activation: 'square' },
      { kind: 'flatten', name: 'flatten' },
      randomDense(random, 'output', 75, 5),
    ],
  };

  test('a network over several plaintext primes: exact, predicted counts and keys, and a margin after every layer', async () => {
    const workload = networkWorkload(network, launch, 10);
    const record = await launchWorkload(workload, launch);
    if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
    expect(record.plaintextPrimes).toBeGreaterThan(1);
    expect(record.accuracy!.maxAbsError).toBe(0);
    const { operations, bytes } = await forecastWorkload(workload, launch);
    expect(record.operations).toEqual(operations);
    expect(record.bytes.input / bytes.input).toBeCloseTo(1, 1);
    expect(record.bytes.output / bytes.output).toBeCloseTo(1, 1);
    const margins = record.noise.map(({ layer, margin_bits }) => [layer, margin_bits] as const);
    const layers = margins.map(([layer]) => layer);
    // What is computed in strips leaves nothing between: a convolution and its square.
    expect(layers).toEqual(
      launch.id === 'bgv' && launch.kernels === 'own' ? ['input', 'square', 'output'] : ['input', 'conv', 'square', 'output'],
    );
    for (const [, margin_bits] of margins) expect(margin_bits).toBeGreaterThan(0);
    expect(margins[0]![1]).toBeGreaterThan(margins.at(-1)![1]);
  });
});

test('integer networks that nobody tuned are exact or refused', async () => {
  const states: Record<string, number> = {};
  for (let seed = 0; seed < 24; seed++) {
    const launch: NetworkLaunch = {
      ...{ scheme: tiny[seed % 2]!, kernels: 'own', layout: 'batched', parameters: 'insecure-tiny' },
      ...{ seed, samples: 40 },
    };
    const record = await launchWorkload(networkWorkload(randomNetwork(seed, ['square', 'relu']), launch, 4 + (seed % 7)), launch);
    states[record.state] = (states[record.state] ?? 0) + 1;
    if (record.state === 'unsupported') {
      expect(['NOISE_BUDGET_EXCEEDED', 'OUT_OF_LEVELS', 'RANGE_TOO_LARGE']).toContain(record.error.code);
      continue;
    }
    if (!isMeasured(record)) throw new Error(JSON.stringify(record));
    expect(record.state).toBe('completed');
    expect(record.accuracy!.maxAbsError).toBe(0);
  }
  expect(states['completed']).toBeGreaterThanOrEqual(6);
});
