/** @module */
import { expect, test } from 'vitest';
import { fixedPoint, valueAt } from './polynomial.ts';

const sigmoid = [0.5, 1.20096, 0, -0.81562];

test('summands of a fixed-point polynomial share one step', () => {
  const step = 1 / 128;
  const { integers, exponent } = fixedPoint(sigmoid, step);
  expect(exponent).toBe(4);
  // 0.5 * 128^4, 1.20096 * 128^3, 0, 0.81562 * 128
  expect(integers).toEqual([134217728, 2518596, 0, -104]);
  for (let input = -128; input <= 128; input++) {
    const exact = BigInt(integers[0]!) + BigInt(integers[1]!) * BigInt(input) + BigInt(integers[3]!) * BigInt(input) ** 3n;
    expect(valueAt(integers, input)).toBe(Number(exact));
    // Half a step for the leading coefficient, and far less for the others.
    expect(Math.abs(Number(exact) * step ** exponent - valueAt(sigmoid, input * step))).toBeLessThan(0.502 * step);
  }
});

test('whole coefficients are kept, and cost no step of their own', () => {
  expect(fixedPoint([0, 0, 1], 1 / 128)).toEqual({ integers: [0, 0, 1], exponent: 2 });
  expect(fixedPoint([3, 0, 2], 1 / 4)).toEqual({ integers: [48, 0, 2], exponent: 2 });
});
