/** @module */
import { expect, test } from 'vitest';
import { scheme as bfv } from '../../schemes/bfv/scheme.ts';
import { scheme as ckks } from '../../schemes/ckks/scheme.ts';
import { scheme as tfhe } from '../../schemes/tfhe/scheme.ts';
import { Random } from '../../workloads/data/random.ts';
import type { Layer, Network } from '../../workloads/network/network.ts';
import { randomConv2d, randomDense } from '../../workloads/network/network.fixture.ts';
import { isMeasured, type MeasuredRecord } from '../record/record.ts';
import { launchWorkload, networkWorkload, type NetworkLaunch } from './network-launch.fixture.ts';

const random = Random.from(23, 'max pooling');
const conv = randomConv2d(random, 'conv', 1, 2, { height: 3, width: 3, stride: 1, padding: 0 });
const relu: Layer = { kind: 'activation', name: 'relu', activation: 'relu' };
const pool: Layer = { kind: 'maxPool', name: 'pool', window: { height: 2, width: 2, stride: 2, padding: 0 } };
const output = randomDense(random, 'output', 8, 3);

/** As PyTorch's tutorials have it, and with the pool before the activation. */
function pooling(...between: Layer[]): Network {
  const flatten: Layer = { kind: 'flatten', name: 'flatten' };
  return { input: { shape: { channels: 1, height: 6, width: 6 }, min: -1, max: 1 }, layers: [conv, ...between, flatten, output] };
}

async function completed(network: Network, launch: NetworkLaunch): Promise<MeasuredRecord> {
  const record = await launchWorkload(networkWorkload(network, launch, 6), launch);
  if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
  return record;
}

const small = { seed: 1, samples: 4, kernels: 'own', layout: 'batched' } as const;

test.each([
  ['behind', [relu, pool], 32 + 24],
  ['before', [pool, relu], 24 + 8],
])('under TFHE tables compare, %s an activation', async (_, between, tables) => {
  const record = await completed(pooling(...between), { ...small, parameters: 'insecure-n1024', scheme: tfhe });
  expect(record.operations['bootstrap']).toBe(tables);
  // Two rounds of pairs, and the next layer takes the last sum in.
  expect(record.layers.map(({ name }) => name)).toEqual(expect.arrayContaining(['pool 1', 'pool 2']));
  // What tables and steps of eight bits leave of the float network's outputs.
  expect(record.accuracy!.planning!.largest).toBeLessThan(record.accuracy!.outputRange * 0.2);
});

test.each([
  ['CKKS', { ...small, scheme: { ...ckks, shapes: [{ rows: 1, columns: 512 }] }, parameters: 'insecure-tiny' }],
  ['BFV', { ...small, scheme: { ...bfv, shapes: [{ rows: 2, columns: 512 }] }, parameters: 'insecure-tiny' }],
] as const)('under %s the client compares, and otherwise it is refused with what to do', async (_, launch) => {
  const network = pooling(relu, pool);
  const { clientRounds } = await completed(network, { ...launch, help: 'activation' });
  expect(clientRounds?.map(({ name }) => name)).toEqual(['relu + pool']);
  const refused = await launchWorkload(networkWorkload(network, launch, 6), launch);
  expect(refused).toMatchObject({ state: 'unsupported', error: { code: 'ACTIVATION_UNSUPPORTED' } });
  expect(JSON.stringify(refused)).toMatch(/'pool 1' .*max pooling.*--scheme tfhe.*--activation client/);
});
