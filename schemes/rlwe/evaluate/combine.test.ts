/** @module */
import { expect, test } from 'vitest';
import { uniforms } from '../../conformance/circuits/random-values.ts';
import { bitsOf, createKeyed, dataPrimes, repeatingValues, Run, small, write, type Write } from './bootstrap.fixture.ts';

const COLUMNS = small.degree / 2;
const primes = dataPrimes(small);
/** So small that results stay within [-1, 1]. */
const values = repeatingValues(COLUMNS, COLUMNS, uniforms(1)).map((x) => x / 4);
const [limbs, scale] = [4, 2 ** 40];
const place = { width: 1, node: 1 } as const;

async function resultOf(program: Write): Promise<Float64Array> {
  const written = write(small, COLUMNS, { limbs, scale }, program);
  await using keyed = await createKeyed(written);
  await using run = await Run.open(written, keyed);
  return await run.of(values);
}

test('multiples and a constant', async () => {
  const found = await resultOf(({ result }, emit) =>
    emit({
      ...place,
      op: 'combine',
      terms: [
        [result, 3n],
        [result, -1n],
      ],
      constant: BigInt(scale / 2),
      limbs,
      scale,
      polynomials: 2,
    }),
  );
  expect(
    bitsOf(
      found,
      values.map((x) => 2 * x + 0.5),
    ),
  ).toBeGreaterThan(25);
});

test('products that were not relinearised, and values with more primes', async () => {
  const found = await resultOf(({ result }, emit) => {
    const low = { ...place, limbs: limbs - 1 } as const;
    const dropped = emit({ ...low, op: 'drop', of: result, primes: 1, scale, polynomials: 2 }).result;
    const square = emit({ ...low, op: 'multiply', left: dropped, right: dropped, scale: scale ** 2, polynomials: 3 }).result;
    const terms = [
      [square, 2n],
      [result, BigInt(scale)],
    ] as const;
    const sum = emit({ ...low, op: 'combine', terms, constant: BigInt(scale ** 2) / -4n, scale: scale ** 2, polynomials: 3 });
    const whole = emit({ ...low, op: 'relinearize', of: sum.result, scale: scale ** 2, polynomials: 2 });
    return emit({
      ...place,
      op: 'divide',
      of: whole.result,
      primes: 1,
      limbs: limbs - 2,
      scale: scale ** 2 / primes[limbs - 2]!,
      polynomials: 2,
    });
  });
  expect(
    bitsOf(
      found,
      values.map((x) => 2 * x ** 2 + x - 0.25),
    ),
  ).toBeGreaterThan(25);
});
