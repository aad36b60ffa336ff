/** @module */
import { describe, expect, test } from 'vitest';
import { scheme as hybrid } from '../../schemes/hybrid/scheme.ts';
import type { HEScheme } from '../../schemes/scheme.ts';
import { Random } from '../../workloads/data/random.ts';
import { randomDense } from '../../workloads/network/network.fixture.ts';
import type { Network } from '../../workloads/network/network.ts';
import { vectorShape } from '../../workloads/network/shape.ts';
import { forecastWorkload, launchWorkload, networkWorkload, type NetworkLaunch } from './network-launch.fixture.ts';
import { isMeasured } from '../record/record.ts';

/** Tiny rings, which are quick and not secure. */
const scheme: HEScheme = { ...hybrid, trunk: { ...hybrid.trunk!, shapes: [{ rows: 1, columns: 512 }] } };
const launch: NetworkLaunch = { scheme, kernels: 'own', layout: 'packed', parameters: 'insecure-n1024', seed: 1, samples: 4 };

const random = Random.from(9, 'trunk networks');
const network: Network = {
  input: { shape: vectorShape(12), min: -1, max: 1 },
  layers: [
    randomDense(random, 'first', 12, 10),
    { kind: 'activation', name: 'square', activation: 'square' },
    randomDense(random, 'hidden', 10, 12),
    { kind: 'activation', name: 'relu', activation: 'relu' },
    randomDense(random, 'output', 12, 10),
  ],
};
const workload = networkWorkload(network, launch);

test('a network goes through CKKS, a switch and tables, and its results come back together', async () => {
  const record = await launchWorkload(workload, launch);
  if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
  expect(record.layers.map(({ name }) => name)).toEqual(['input', 'first', 'square', 'hidden', 'switch', 'relu', 'output']);
  expect(record.batch).toBe(1);
  const forecast = await forecastWorkload(workload, launch);
  expect(record.operations).toEqual(forecast.operations);
  expect(forecast.operations).toMatchObject({ switch: 12, bootstrap: 12 });
  expect(Object.keys(forecast.bytes.keys).sort()).toEqual(expect.arrayContaining(['bootstrapping', 'packing', 'switching']));
  expect(record.accuracy!.precision_bits!).toBeGreaterThan(4);
});

describe('a cut that is asked for', () => {
  const refusalOf = async (cut: string, layout: 'packed' | 'batched' = 'packed'): Promise<string> => {
    const record = await launchWorkload(networkWorkload(network, { ...launch, layout }), { ...launch, layout, cut });
    return record.state === 'unsupported' ? `${record.error.code}: ${record.error.message}` : record.state;
  };

  test('is made, or refused with those that there are', async () => {
    expect(await refusalOf('relu')).toBe('completed');
    expect(await refusalOf('square')).toMatch(/^CUT_UNSUPPORTED: .*before 'square'; it can be before 'relu'/);
  });

  test('is refused where nothing is cut', async () => {
    expect(await refusalOf('relu', 'batched')).toMatch(/^CUT_UNSUPPORTED/);
  });
});
