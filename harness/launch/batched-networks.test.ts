/** @module */
import { describe, expect, test } from 'vitest';
import { scheme as ckks } from '../../schemes/ckks/scheme.ts';
import { Random } from '../../workloads/data/random.ts';
import type { Network } from '../../workloads/network/network.ts';
import { randomConv2d, randomDense, randomNetwork } from '../../workloads/network/network.fixture.ts';
import { forecastWorkload, launchWorkload, networkWorkload, type NetworkLaunch } from './network-launch.fixture.ts';
import { isMeasured } from '../record/record.ts';

/** Small and quick, and not secure. */
const tiny = { ...ckks, shapes: [{ rows: 1, columns: 512 }] } as const;
const launch: NetworkLaunch = { scheme: tiny, kernels: 'own', layout: 'batched', parameters: 'insecure-tiny', seed: 1, samples: 40 };

test('networks that nobody tuned, of odd sizes, stay within what the plan allows', async () => {
  const states: Record<string, number> = {};
  for (let seed = 0; seed < 24; seed++) {
    const record = await launchWorkload(networkWorkload(randomNetwork(seed, ['square', 'relu']), { ...launch, seed }), { ...launch, seed });
    states[record.state] = (states[record.state] ?? 0) + 1;
    if (record.state === 'unsupported') {
      // Four activations in a row are more than three primes bear.
      expect(['OUT_OF_LEVELS', 'PRECISION_TOO_LOW']).toContain(record.error.code);
      continue;
    }
    if (!isMeasured(record)) throw new Error(JSON.stringify(record.state));
    expect(record.state).toBe('completed');
    const { maxAbsError, outputRange } = record.accuracy!;
    expect(maxAbsError!).toBeLessThanOrEqual(outputRange * 2 ** -6);
  }
  expect(states['completed']).toBeGreaterThanOrEqual(16);
});

describe('a convolutional network', () => {
  const random = Random.from(7, 'convolutional network');
  const network: Network = {
    input: { shape: { channels: 1, height: 9, width: 9 }, min: -1, max: 1 },
    layers: [
      randomConv2d(random, 'conv', 1, 3, { height: 3, width: 3, stride: 2, padding: 1 }),
      { kind: 'activation', name: 'square 1', activation: 'square' },
      { kind: 'flatten', name: 'flatten' },
      randomDense(random, 'hidden', 75, 12),
      { kind: 'activation', name: 'square 2', activation: 'square' },
      randomDense(random, 'output', 12, 5),
    ],
  };

  test.each(['own', 'library'] as const)('%s kernels: the record has every layer, and counts what was predicted', async (kernels) => {
    const workload = networkWorkload(network, launch);
    const record = await launchWorkload(workload, { ...launch, kernels });
    if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
    expect(record.layers.map(({ name }) => name)).toEqual(['input', 'conv', 'square 1', 'hidden', 'square 2', 'output']);
    const times = record.layers.map(({ samples_ns }) => samples_ns[0]!);
    expect(times.slice(1).every((time) => time > 0)).toBe(true);
    expect(record.batch).toBe(512);
    expect(record.distinctSamples).toBe(40);
    expect(record.data).toContain('512 slots, filled by repeating the samples');
    const { operations, batch, depth } = await forecastWorkload(workload, { ...launch, kernels });
    expect([batch, depth]).toEqual([512, 2]);
    expect(record.operations).toEqual(operations);
  });
});
