/** @module */
import { expect, test } from 'vitest';
import { addProbabilities_log2, tail_log2 } from './probability.ts';

test('tails of the normal distribution', () => {
  // Two-sided, from tables: 0.3173, 0.0455, 0.0027, 5.733e-7, 2.558e-12; 2^-98.4 at 11.5.
  for (const [z, probability] of [
    [1, 0.31731],
    [2, 0.0455],
    [3, 0.0026998],
    [5, 5.733e-7],
    [7, 2.5596e-12],
  ] as const) {
    expect(2 ** tail_log2(z) / probability).toBeCloseTo(1, 3);
  }
  expect(tail_log2(38)).toBeCloseTo(-1047.1, 0);
});

test('sums of chances', () => {
  expect(addProbabilities_log2(-1, -2)).toBeCloseTo(Math.log2(0.75), 12);
  // Far below the smallest double.
  expect(addProbabilities_log2(-2000, -2000)).toBe(-1999);
  expect(addProbabilities_log2(-Infinity, -3)).toBe(-3);
  expect(addProbabilities_log2(-Infinity, -Infinity)).toBe(-Infinity);
});
