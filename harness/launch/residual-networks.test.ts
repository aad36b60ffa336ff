/** @module */
import { expect, test } from 'vitest';
import { scheme as bfv } from '../../schemes/bfv/scheme.ts';
import { scheme as bgv } from '../../schemes/bgv/scheme.ts';
import { scheme as ckks } from '../../schemes/ckks/scheme.ts';
import { scheme as tfhe } from '../../schemes/tfhe/scheme.ts';
import { Random } from '../../workloads/data/random.ts';
import type { ActivationName } from '../../workloads/network/activation.ts';
import type { Network } from '../../workloads/network/network.ts';
import { randomConv2d, randomDense } from '../../workloads/network/network.fixture.ts';
import { launchWorkload, networkWorkload, type NetworkLaunch } from './network-launch.fixture.ts';
import { isMeasured } from '../record/record.ts';

const random = Random.from(11, 'residual network');
const same = { height: 3, width: 3, stride: 1, padding: 1 };

/** One block: what the convolution makes of activated values is added to them. */
function residual(activation: ActivationName): Network {
  return {
    input: { shape: { channels: 1, height: 4, width: 4 }, min: -1, max: 1 },
    layers: [
      randomConv2d(random, 'stem', 1, 2, same),
      { kind: 'activation', name: 'activation', activation },
      randomConv2d(random, 'conv', 2, 2, same),
      { kind: 'add', name: 'skip', reads: ['conv', 'activation'] },
      { kind: 'activation', name: 'behind', activation },
      { kind: 'flatten', name: 'flatten' },
      randomDense(random, 'output', 32, 3),
    ],
  };
}

/** Summed at different depths: the input, and a square of it. */
function skippingInput(): Network {
  const dense = randomDense(random, 'hidden', 8, 8);
  return {
    input: { shape: { channels: 8, height: 1, width: 1 }, min: -1, max: 1 },
    layers: [
      dense,
      { kind: 'activation', name: 'square', activation: 'square' },
      { kind: 'add', name: 'skip', reads: ['square', 'input'] },
      randomDense(random, 'output', 8, 3),
    ],
  };
}

const small = { seed: 1, samples: 8, kernels: 'own' } as const;
const tiny = { ...small, parameters: 'insecure-tiny', scheme: { ...ckks, shapes: [{ rows: 1, columns: 512 }] } } as const;
/** Rotations need more precision than the tiny set has. */
const whole = { ...small, parameters: null, scheme: { ...ckks, shapes: [{ rows: 1, columns: 4096 }] } } as const;

test.each<[string, NetworkLaunch]>([
  ['CKKS, batched', { ...tiny, layout: 'batched' }],
  ['CKKS, packed', { ...whole, layout: 'packed' }],
  ['CKKS, interleaved', { ...whole, layout: 'interleaved' }],
  ['CKKS by the library, packed', { ...whole, kernels: 'library', layout: 'packed' }],
])('a residual block under %s keeps its precision', async (_, launch) => {
  for (const network of [residual('square'), skippingInput()]) {
    const record = await launchWorkload(networkWorkload(network, launch), launch);
    if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
    const { maxAbsError, outputRange } = record.accuracy!;
    expect(maxAbsError!).toBeLessThanOrEqual(outputRange * 2 ** -6);
  }
});

test.each([bfv, bgv].flatMap((scheme) => (['batched', 'packed'] as const).map((layout) => [scheme.id, layout, scheme] as const)))(
  'under %s, %s, it is exact',
  async (_, layout, scheme) => {
    const launch: NetworkLaunch = { ...small, parameters: null, scheme, layout };
    const record = await launchWorkload(networkWorkload(skippingInput(), launch, 5), launch);
    if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
    expect(record.accuracy!.maxAbsError).toBe(0);
  },
);

test('under TFHE a skip joins what tables made', async () => {
  const launch: NetworkLaunch = { ...small, samples: 3, parameters: 'insecure-n1024', scheme: tfhe, layout: 'batched' };
  const record = await launchWorkload(networkWorkload(residual('relu'), launch), launch);
  if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
  expect(record.layers.map(({ name }) => name)).toEqual(['input', 'stem', 'activation', 'conv + skip', 'behind', 'output']);
  expect(record.accuracy!.precision_bits!).toBeGreaterThan(3);
});
