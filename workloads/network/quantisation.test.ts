/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantise, quantiseInput, quantiseLinear, roundWeights, signedInput, unsignedInput } from './quantisation.ts';
import { sparseFromRows } from './sparse.ts';

const values = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 })
  .map((list) => Float64Array.from(list));

test('integers fit their bits, reach the largest code, and are off by half a step at most', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 2, max: 16 }), (floats, bits) => {
      const { integers, step } = quantise(floats, bits);
      const largestCode = 2 ** (bits - 1) - 1;
      expect(integers.every((integer) => Number.isInteger(integer) && !Object.is(integer, -0))).toBe(true);
      if (floats.some((value) => Math.abs(value) > 1e-300)) expect(Math.max(...integers.map(Math.abs))).toBe(largestCode);
      integers.forEach((integer, index) => expect(Math.abs(integer * step - floats[index]!)).toBeLessThanOrEqual(step * (0.5 + 1e-9)));
    }),
    { seed: 1 },
  );
});

test('eight-bit pixels come back as the bytes they were', () => {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  expect([
    ...quantiseInput(
      Float64Array.from(bytes, (byte) => byte / 255),
      unsignedInput(8),
    ),
  ]).toEqual(bytes);
});

test('inputs outside of the interval take its end', () => {
  expect([...quantiseInput(Float64Array.of(-2, -1, -0.001, 0.5, 1, 2), signedInput(8))]).toEqual([-127, -127, 0, 64, 127, 127]);
  expect([...quantiseInput(Float64Array.of(-1, 0.5, 3), unsignedInput(4))]).toEqual([0, 8, 15]);
});

test('weights take their bits, and the bias is counted in the step of the products', () => {
  const matrix = sparseFromRows(2, 2, Float64Array.of(0.5, -1, 0, 0.25), null);
  const quantised = quantiseLinear({ matrix, bias: Float64Array.of(0.25, -1e-9) }, 1 / 255, 8);
  expect(quantised.matrix).toEqual({ ...matrix, values: Float64Array.of(64, -127, 32), step: 1 / 127 });
  expect([...quantised.bias]).toEqual([Math.round(0.25 * 127 * 255), 0]);
});

test('rounded weights are multiples of a power of two, and as many bits long as asked for', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 2, max: 16 }), (floats, bits) => {
      const matrix = sparseFromRows(1, floats.length, floats, null);
      const rounded = roundWeights(matrix, bits).values;
      const largest = Math.max(0, ...matrix.values.map(Math.abs));
      if (largest < 1e-300) return;
      const unit = 2 ** (Math.ceil(Math.log2(largest)) - (bits - 1));
      rounded.forEach((value, index) => {
        expect(Number.isInteger(value / unit)).toBe(true);
        expect(Math.abs(value / unit)).toBeLessThanOrEqual(2 ** (bits - 1));
        expect(Math.abs(value - matrix.values[index]!)).toBeLessThanOrEqual(unit / 2);
      });
      expect(Math.max(...rounded.map(Math.abs)) / unit).toBeGreaterThanOrEqual(2 ** (bits - 2));
    }),
    { seed: 2 },
  );
});
