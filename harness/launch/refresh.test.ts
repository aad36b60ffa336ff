/** @module */
import { describe, expect, test } from 'vitest';
import { scheme as bfv } from '../../schemes/bfv/scheme.ts';
import { scheme as bgv } from '../../schemes/bgv/scheme.ts';
import { scheme as ckks } from '../../schemes/ckks/scheme.ts';
import { Random } from '../../workloads/data/random.ts';
import type { Layer, Network } from '../../workloads/network/network.ts';
import { randomConv2d, randomDense } from '../../workloads/network/network.fixture.ts';
import { isMeasured } from '../record/record.ts';
import { launchWorkload, networkWorkload, type NetworkLaunch } from './network-launch.fixture.ts';

const random = Random.from(11, 'six layers');
const square = (at: number): Layer => ({ kind: 'activation', name: `square ${at}`, activation: 'square' });

/** Six linear layers, a square behind each but the last. */
const network: Network = {
  input: { shape: { channels: 1, height: 6, width: 6 }, min: -1, max: 1 },
  layers: [
    randomConv2d(random, 'conv', 1, 2, { height: 3, width: 3, stride: 1, padding: 0 }),
    square(1),
    { kind: 'flatten', name: 'flatten' },
    randomDense(random, 'dense 2', 32, 16),
    square(2),
    randomDense(random, 'dense 3', 16, 16),
    square(3),
    randomDense(random, 'dense 4', 16, 12),
    square(4),
    randomDense(random, 'dense 5', 12, 8),
    square(5),
    randomDense(random, 'output', 8, 4),
  ],
};

/** Small and quick, and not secure: a modulus of few primes. The set that is asked for has the first shape only. */
const SCHEMES = [
  { ...ckks, shapes: [{ rows: 1, columns: 512 }, ...ckks.shapes] },
  { ...bfv, shapes: [{ rows: 2, columns: 512 }, ...bfv.shapes] },
  { ...bgv, shapes: [{ rows: 2, columns: 512 }, ...bgv.shapes] },
] as const;
const launch = { kernels: 'own', parameters: 'insecure-tiny', seed: 1, samples: 30 } as const;
const cases = SCHEMES.flatMap((scheme) => (['batched', 'packed'] as const).map((layout) => ({ id: scheme.id, layout, scheme })));

describe.each(cases)('six layers under $id, $layout', ({ scheme, layout }) => {
  test('without refresh they are refused, with the reason and the depth that would fit', async () => {
    const of: NetworkLaunch = { ...launch, scheme, layout };
    const record = await launchWorkload(networkWorkload(network, of), of);
    if (record.state !== 'unsupported') throw new Error(record.state);
    expect(record.error.message).toMatch(/of its 6 linear layers the first \d would fit, up to depth \d: `--refresh auto` lets the client/);
  });

  test('with refreshes they are right', async () => {
    const of: NetworkLaunch = { ...launch, scheme, layout, help: 'refresh' };
    const record = await launchWorkload(networkWorkload(network, of), of);
    if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
    const { accuracy, clientRounds = [], bytes, interactive, help, depth } = record;
    expect(clientRounds.length).toBeGreaterThanOrEqual(2);
    expect(depth).toBeLessThanOrEqual(2);
    expect([interactive, help, bytes.rounds]).toEqual([true, 'refresh', clientRounds.length + 1]);
    // Whole numbers are rounded where they are refreshed, in the planned network too.
    if (scheme.arithmetic === 'integer') expect(accuracy!.maxAbsError).toBe(0);
    else expect(accuracy!.maxAbsError!).toBeLessThanOrEqual(accuracy!.outputRange * 2 ** -6);
  });
});

test('a network that fits is not refreshed', async () => {
  const shallow: Network = { ...network, layers: [...network.layers.slice(0, 3), randomDense(random, 'output', 32, 4)] };
  const of: NetworkLaunch = { ...launch, scheme: SCHEMES[0], layout: 'packed', help: 'refresh' };
  const record = await launchWorkload(networkWorkload(shallow, of), of);
  if (!isMeasured(record)) throw new Error(record.state);
  expect([record.state, record.interactive, record.bytes.rounds, record.clientRounds]).toEqual(['completed', false, 1, undefined]);
});
