/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { valueAt } from './polynomial.ts';
import { polynomialRange } from './polynomial-range.ts';

test.each([
  [[0, 0, 1], -1, 1, 0, 1],
  [[0, -7, 0, 56, 0, -112, 0, 64], -1, 1, -1, 1],
  [[2, 3], -4, 5, -10, 17],
  [[1, -2, 1], 0, 3, 0, 4],
  [[5], -1, 1, 5, 5],
])('the range of %j on [%d, %d] is [%d, %d]', (polynomial, min, max, least, most) => {
  const range = polynomialRange(polynomial, { min, max });
  expect(range.min).toBeLessThanOrEqual(least);
  expect(range.max).toBeGreaterThanOrEqual(most);
  expect(least - range.min).toBeLessThan(1e-3);
  expect(range.max - most).toBeLessThan(1e-3);
});

test('no value leaves the range, and the range is at most a little wider than the values', () => {
  const coefficient = fc.double({ min: -100, max: 100, noNaN: true });
  fc.assert(
    fc.property(fc.array(coefficient, { minLength: 1, maxLength: 16 }), fc.double({ min: -2, max: 1, noNaN: true }), (polynomial, min) => {
      const max = min + 1;
      const range = polynomialRange(polynomial, { min, max });
      const values = Array.from({ length: 2001 }, (_, at) => valueAt(polynomial, min + at / 2000));
      const [least, most] = [Math.min(...values), Math.max(...values)];
      expect(range.min).toBeLessThanOrEqual(least);
      expect(range.max).toBeGreaterThanOrEqual(most);
      const size = Math.max(most - least, Math.abs(most), Math.abs(least), 1e-300);
      expect(Math.max(least - range.min, range.max - most)).toBeLessThan(0.01 * size);
    }),
    { seed: 1, numRuns: 200 },
  );
});
