/** @module */
import { expect, test } from 'vitest';
import { scheme as bfv } from '../../schemes/bfv/scheme.ts';
import { scheme as bgv } from '../../schemes/bgv/scheme.ts';
import { scheme as ckks } from '../../schemes/ckks/scheme.ts';
import { Random } from '../../workloads/data/random.ts';
import type { Layer, Network } from '../../workloads/network/network.ts';
import { randomDense } from '../../workloads/network/network.fixture.ts';
import { vectorShape } from '../../workloads/network/shape.ts';
import { isMeasured } from '../record/record.ts';
import { launchWorkload, networkWorkload, type NetworkLaunch } from './network-launch.fixture.ts';

const random = Random.from(11, 'skip connections');
const square = (at: number): Layer => ({ kind: 'activation', name: `square ${at}`, activation: 'square' });
const add = (at: number, ...reads: string[]): Layer => ({ kind: 'add', name: `sum ${at}`, reads });

/** A block inside of a block, and the input that is added in the end: no place between two squares has one value alone. */
const residual: Network = {
  input: { shape: vectorShape(12), min: -1, max: 1 },
  layers: [
    randomDense(random, 'dense 1', 12, 12),
    square(1),
    randomDense(random, 'dense 2', 12, 12),
    square(2),
    randomDense(random, 'dense 3', 12, 12),
    square(3),
    randomDense(random, 'dense 4', 12, 12),
    add(1, 'square 2', 'dense 4'),
    square(4),
    randomDense(random, 'dense 5', 12, 12),
    add(2, 'square 1', 'dense 5', 'input'),
    square(5),
    randomDense(random, 'output', 12, 4),
  ],
};

/** Small and quick, and not secure: a modulus of few primes. The set that is asked for has the first shape only. */
const SCHEMES = {
  ckks: { ...ckks, shapes: [{ rows: 1, columns: 512 }, ...ckks.shapes] },
  bfv: { ...bfv, shapes: [{ rows: 2, columns: 512 }, ...bfv.shapes] },
  bgv: { ...bgv, shapes: [{ rows: 2, columns: 512 }, ...bgv.shapes] },
} as const;
const launch = { kernels: 'own', parameters: 'insecure-tiny', seed: 1, samples: 30 } as const;

test.each([
  { id: 'ckks', layout: 'batched', scheme: SCHEMES.ckks },
  { id: 'ckks', layout: 'packed', scheme: SCHEMES.ckks },
  { id: 'bfv', layout: 'packed', scheme: SCHEMES.bfv },
  { id: 'bfv', layout: 'interleaved', scheme: SCHEMES.bfv },
  { id: 'bgv', layout: 'batched', scheme: SCHEMES.bgv },
] as const)('skip connections cross refreshes under $id, $layout', async ({ scheme, layout }) => {
  const of: NetworkLaunch = { ...launch, scheme, layout, help: 'refresh' };
  const record = await launchWorkload(networkWorkload(residual, of), of);
  if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
  const { accuracy, clientRounds = [] } = record;
  expect(clientRounds.length).toBeGreaterThanOrEqual(2);
  expect(clientRounds.some(({ learns }) => learns.includes(' and '))).toBe(true);
  if (scheme.arithmetic === 'integer') expect(accuracy!.maxAbsError).toBe(0);
  else expect(accuracy!.maxAbsError!).toBeLessThanOrEqual(accuracy!.outputRange * 2 ** -6);
});
