/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mcnemar_p } from './mcnemar.ts';

/** Rows of Pascal's triangle, in whole numbers of any size. */
function naive_p(first: number, second: number): number {
  const n = first + second;
  let row = [1n];
  for (let k = 0; k < n; k++) row = [1n, ...row.slice(1).map((value, at) => value + row[at]!), 1n];
  const tail = row.slice(0, Math.min(first, second) + 1).reduce((sum, value) => sum + value, 0n);
  const digits = 10n ** 18n;
  return Math.min(1, Number((2n * tail * digits) / 2n ** BigInt(n)) / 1e18);
}

test.each([
  // R: binom.test(1, 6)$p.value, binom.test(5, 20)$p.value, binom.test(10, 20)$p.value
  [1, 5, 0.21875],
  [5, 15, 0.04138947],
  [10, 10, 1],
  [0, 0, 1],
  [0, 1, 1],
  [0, 6, 0.03125],
])('of %d and %d is %d', (first, second, expected) => {
  expect(mcnemar_p(first, second)).toBeCloseTo(expected, 7);
});

test('is the binomial tail, and the same for both sides', () => {
  const count = fc.nat({ max: 60 });
  fc.assert(
    fc.property(count, count, (first, second) => {
      expect(mcnemar_p(first, second)).toBeCloseTo(naive_p(first, second), 10);
      expect(mcnemar_p(second, first)).toBe(mcnemar_p(first, second));
    }),
    { seed: 11 },
  );
});

test('stays a probability where 2^-n is below float64', () => {
  expect(mcnemar_p(1000, 1000)).toBe(1);
  // The normal approximation: z = 100 / sqrt(2100).
  expect(mcnemar_p(1000, 1100)).toBeGreaterThan(0.025);
  expect(mcnemar_p(1000, 1100)).toBeLessThan(0.035);
  expect(mcnemar_p(0, 5000)).toBe(0);
});

test('refuses what is no count', () => {
  for (const wrong of [-1, 0.5, NaN]) expect(() => mcnemar_p(wrong, 1)).toThrow(RangeError);
});
