/** @module */
import { describe, expect, test } from 'vitest';
import { scheme as tfhe } from '../../schemes/tfhe/scheme.ts';
import { Random } from '../../workloads/data/random.ts';
import type { Network } from '../../workloads/network/network.ts';
import { randomConv2d, randomDense, randomNetwork } from '../../workloads/network/network.fixture.ts';
import { vectorShape } from '../../workloads/network/shape.ts';
import { forecastWorkload, launchWorkload, networkWorkload, type NetworkLaunch } from './network-launch.fixture.ts';
import { isMeasured } from '../record/record.ts';

/** Small and quick, and not secure. */
const launch: NetworkLaunch = {
  scheme: tfhe,
  kernels: 'own',
  layout: 'batched',
  parameters: 'insecure-n1024',
  seed: 1,
  samples: 4,
};

test('networks that nobody tuned, of odd sizes, stay within what the plan allows', async () => {
  for (let seed = 0; seed < 12; seed++) {
    const record = await launchWorkload(networkWorkload(randomNetwork(seed), { ...launch, seed }), { ...launch, seed });
    if (record.state !== 'completed' || !isMeasured(record)) throw new Error(`seed ${seed}: ${JSON.stringify(record)}`);
    expect(record.failureProbability_log2).not.toBeNull();
  }
});

describe('a convolutional network', () => {
  const random = Random.from(7, 'convolutional network');
  const network: Network = {
    input: { shape: { channels: 1, height: 7, width: 7 }, min: -1, max: 1 },
    layers: [
      randomConv2d(random, 'conv', 1, 2, { height: 3, width: 3, stride: 2, padding: 1 }),
      { kind: 'activation', name: 'relu', activation: 'relu' },
      { kind: 'averagePool', name: 'pool', height: 2, width: 2, stride: 2 },
      { kind: 'flatten', name: 'flatten' },
      randomDense(random, 'hidden', 8, 6),
      { kind: 'activation', name: 'square', activation: 'square' },
      randomDense(random, 'output', 6, 3),
    ],
  };
  const workload = networkWorkload(network, launch);

  test('the record has every layer, counts what was predicted, and says how likely a wrong table is', async () => {
    const record = await launchWorkload(workload, launch);
    if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
    expect(record.layers.map(({ name }) => name)).toEqual(['input', 'conv', 'relu', 'pool + hidden', 'square', 'output']);
    expect(record.batch).toBe(1);
    expect(record.bound).toBe('calibrated');
    expect(record.data).toMatch(/relu: a table of \d+ entries of \d+ steps, outputs 0 to 255; square: a table of /);
    const forecast = await forecastWorkload(workload, launch);
    expect(record.operations).toEqual(forecast.operations);
    expect(forecast.operations['bootstrap']).toBe(32 + 6);
    expect(forecast.depth).toBe(2);
    expect(record.failureProbability_log2).toBe(forecast.failureProbability_log2);
    // Far beyond what errors of this size leave of a random answer.
    expect(record.accuracy!.precision_bits!).toBeGreaterThan(4);
  });
});

test('signs are exact where noise is far below a unit', async () => {
  const weights = Float64Array.from({ length: 15 }, (_, at) => [1, -1, 3][at % 3]!);
  const network: Network = {
    input: { shape: vectorShape(3), min: -1, max: 1 },
    layers: [
      { kind: 'dense', name: 'hidden', inputs: 3, outputs: 5, weights, bias: Float64Array.of(0.5, -0.5, 0.5, 0.25, -0.25) },
      { kind: 'activation', name: 'sign', activation: 'sign' },
      { kind: 'dense', name: 'output', inputs: 5, outputs: 2, weights: new Float64Array(10).fill(1), bias: new Float64Array(2) },
    ],
  };
  const record = await launchWorkload(networkWorkload(network, launch), launch);
  if (!isMeasured(record)) throw new Error(JSON.stringify(record));
  expect(record.state).toBe('completed');
  expect(record.accuracy!.maxAbsError).toBe(0);
});
