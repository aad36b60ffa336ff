/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SineShape } from '../../program/program.ts';
import { cosineCoefficients, interpolateAtChebyshevPoints, interpolateAtIntegers } from './cosine-polynomial.ts';
import { cosine, multiply, ONE, PI, sine, toNumber } from './fixed-point.ts';

const SPARSE: SineShape = { range: 16, degree: 31, doubleAngles: 3 };
const DENSE: SineShape = { range: 512, degree: 63, doubleAngles: 7 };

/** Clenshaw's recurrence in fixed point. */
function evaluate(coefficients: readonly bigint[], y: bigint): bigint {
  let [after, now] = [0n, 0n];
  for (const coefficient of coefficients.slice(1).reverse()) [after, now] = [now, 2n * multiply(y, now) - after + coefficient];
  return multiply(y, now) - after + coefficients[0]!;
}

function doubled(value: bigint, times: number): bigint {
  return times === 0 ? value : doubled(2n * multiply(value, value) - ONE, times - 1);
}

/** log2 of how far the sine is off, in turns, at the worst of some points within 2^-10 of a whole number. */
function error_log2({ range, doubleAngles }: SineShape, coefficients: readonly bigint[], whole: number): number {
  const errors = [-4, -3, -1, 0, 1, 2, 4].map((quarters) => {
    const x = BigInt(whole) * ONE + (BigInt(quarters) * ONE) / 4096n;
    const found = doubled(evaluate(coefficients, x / BigInt(range)), doubleAngles);
    return Math.abs(toNumber(found - sine(multiply(2n * PI, x)))) / (2 * Math.PI);
  });
  return Math.log2(Math.max(...errors));
}

describe('at whole numbers', () => {
  const exact = interpolateAtIntegers(SPARSE.range, SPARSE.doubleAngles);

  test('the polynomial is the cosine there, and has its slope at 0', () => {
    for (let whole = -15; whole <= 15; whole++) {
      const angle = multiply((2n * PI) / 8n, BigInt(whole) * ONE - ONE / 4n);
      expect(Math.abs(toNumber(evaluate(exact, (BigInt(whole) * ONE) / 16n) - cosine(angle)))).toBeLessThan(2 ** -120);
    }
    const step = ONE >> 60n;
    const rise = evaluate(exact, step / 16n) - evaluate(exact, -step / 16n);
    const slope = (Math.PI / 4) * Math.sin(Math.PI / 16);
    expect(toNumber(rise * (ONE / (2n * step)))).toBeCloseTo(slope, 15);
  });

  test.each([
    [5, -50],
    [11, -42],
    [15, -27],
  ])('the sine is right near all whole numbers up to %i, to 2^%i of a turn', (largest, most_log2) => {
    for (let whole = -largest; whole <= largest; whole++) expect(error_log2(SPARSE, exact, whole)).toBeLessThan(most_log2);
  });

  test('as doubles they are the nearest', () => {
    const doubles = cosineCoefficients(SPARSE);
    expect(doubles).toHaveLength(32);
    for (const [k, coefficient] of doubles.entries()) {
      expect(Math.abs(coefficient - toNumber(exact[k]!))).toBeLessThanOrEqual(2 ** -53 * Math.abs(coefficient));
      expect(Math.abs(coefficient)).toBeLessThan(0.6);
    }
  });

  test("Chebyshev's points do worse at the same degree where nearly all numbers lie", () => {
    const doubles = interpolateAtChebyshevPoints(SPARSE);
    const plain = doubles.map((coefficient) => BigInt(Math.round(coefficient * 2 ** 52)) * (ONE >> 52n));
    const errors = [-2, -1, 0, 1, 2].map((whole) => error_log2(SPARSE, plain, whole));
    expect(Math.max(...errors)).toBeGreaterThan(-34);
  });
});

test('over a large range the polynomial is the cosine as nearly as doubles tell', () => {
  const coefficients = cosineCoefficients(DENSE);
  expect(coefficients).toHaveLength(64);
  fc.assert(
    fc.property(fc.double({ min: -1, max: 1, noNaN: true }), (y) => {
      const angle = Math.acos(y);
      const found = coefficients.reduce((sum, coefficient, k) => sum + coefficient * Math.cos(k * angle), 0);
      expect(Math.abs(found - Math.cos((2 * Math.PI * (512 * y - 0.25)) / 128))).toBeLessThan(2 ** -42);
    }),
    { seed: 21, numRuns: 500 },
  );
});
