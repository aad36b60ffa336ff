/**
 * Networks on a scheme that only adds: linear ones by themselves, others with activations at the client.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { scheme as paillier } from '../../schemes/paillier/scheme.ts';
import { Random } from '../../workloads/data/random.ts';
import type { Network } from '../../workloads/network/network.ts';
import { randomConv2d, randomDense } from '../../workloads/network/network.fixture.ts';
import { isMeasured } from '../record/record.ts';
import { forecastWorkload, launchWorkload, networkWorkload, type NetworkLaunch } from './network-launch.fixture.ts';

const random = Random.from(3, 'additive networks');
const linear: Network = {
  input: { shape: { channels: 1, height: 1, width: 20 }, min: -1, max: 1 },
  layers: [{ kind: 'flatten', name: 'flatten' }, randomDense(random, 'dense', 20, 3)],
};
const convolutional: Network = {
  input: { shape: { channels: 1, height: 5, width: 5 }, min: -1, max: 1 },
  layers: [
    randomConv2d(random, 'conv', 1, 2, { height: 3, width: 3, stride: 2, padding: 0 }),
    { kind: 'activation', name: 'relu', activation: 'relu' },
    { kind: 'flatten', name: 'flatten' },
    randomDense(random, 'output', 8, 3),
  ],
};
const launches = (['own', 'library'] as const).flatMap((kernels) =>
  (['batched', 'packed'] as const).map((layout): NetworkLaunch => {
    return { scheme: paillier, kernels, layout, parameters: 'insecure-n512', seed: 1, samples: 40 };
  }),
);

describe.each(launches)('$layout, $kernels kernels', (launch) => {
  test('one linear layer is exact, with the predicted operations, masks made ahead', async () => {
    const workload = networkWorkload(linear, launch);
    const record = await launchWorkload(workload, launch);
    if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
    expect(record.accuracy!.maxAbsError).toBe(0);
    expect(record.operations).toEqual((await forecastWorkload(workload, launch)).operations);
    expect(record.stages.offline!.samples_ns).toHaveLength(record.stages.encrypt!.samples_ns.length);
    expect(record.floor_ns !== undefined).toBe(launch.kernels === 'own');
  });

  test('a network with an activation is refused, and the reason has the way out', async () => {
    const record = await launchWorkload(networkWorkload(convolutional, launch), launch);
    expect(record).toMatchObject({ state: 'unsupported', error: { message: expect.stringContaining('--activation client') as string } });
  });

  test('with activations at the client it is exact', async () => {
    const helped = { ...launch, help: 'activation' } as const;
    const record = await launchWorkload(networkWorkload(convolutional, helped), helped);
    if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
    expect(record.accuracy!.maxAbsError).toBe(0);
    expect(record.bytes.rounds).toBe(2);
  });
});
