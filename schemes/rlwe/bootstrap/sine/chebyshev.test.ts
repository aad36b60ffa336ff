/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chebyshevLevels, evaluateChebyshev } from './chebyshev.ts';
import { ScaledNumbers } from './scaled-numbers.fixture.ts';

/** Numbers near 2^50, each another. */
const primesFrom = (parts: readonly number[]): readonly number[] => parts.map((part) => Math.round(2 ** 50 * (1 - part / 1000)));

describe("a polynomial in Chebyshev's basis", () => {
  test('is what cosines of multiple angles say, at the scale and level that were asked for', () => {
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    const drawn = fc.record({
      levels: fc.integer({ min: 2, max: 6 }),
      primes: fc.array(part, { minLength: 9, maxLength: 9 }),
      scales: fc.tuple(part, part),
      y: fc.double({ min: -0.999, max: 0.999, noNaN: true }),
      coefficients: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 64, maxLength: 64 }),
    });
    fc.assert(
      fc.property(drawn, ({ levels, primes, scales, y, coefficients }) => {
        const arithmetic = new ScaledNumbers(primesFrom(primes));
        const own = coefficients.slice(0, 2 ** levels);
        const [inputScale, scale] = [2 ** 50 * (1 + scales[0] / 100), 2 ** 50 * (1 + scales[1])];
        const x = arithmetic.encode(y, { limbs: 9, scale: inputScale });
        const found = evaluateChebyshev(arithmetic, x, own, scale);
        expect(found.limbs).toBe(9 - levels);
        expect(found.scale).toBe(scale);
        expect(chebyshevLevels(own.length - 1)).toBe(levels);
        const expected = own.reduce((sum, coefficient, k) => sum + coefficient * Math.cos(k * Math.acos(y)), 0);
        expect(Math.abs(found.encoded / scale - expected)).toBeLessThan(2 ** -36);
      }),
      { seed: 23, numRuns: 300 },
    );
  });

  test('takes one relinearisation for all products of a level', () => {
    const counts = [4, 8, 16, 32, 64].map((length) => {
      const arithmetic = new ScaledNumbers(primesFrom(new Array<number>(9).fill(0.5)));
      const x = arithmetic.encode(0.3, { limbs: 9, scale: 2 ** 50 });
      evaluateChebyshev(arithmetic, x, new Array<number>(length).fill(1 / length), 2 ** 50);
      return [arithmetic.relinearizations, arithmetic.products];
    });
    expect(counts).toEqual([
      [2, 2],
      [5, 5],
      [7, 8],
      [10, 13],
      [15, 22],
    ]);
  });
});
