/** @module */
import { expect, test } from 'vitest';
import { studentQuantile } from './student.ts';

// Abramowitz and Stegun, table 26.10, A = 0.95.
test.each([
  [1, 12.706],
  [2, 4.303],
  [3, 3.182],
  [4, 2.776],
  [5, 2.571],
  [10, 2.228],
  [29, 2.045],
  [120, 1.98],
])('%i degrees: 95%% lie within %d', (degrees, quantile) => {
  expect(studentQuantile(degrees, 0.95)).toBeCloseTo(quantile, 3);
});

test('many degrees: the normal quantile, from above', () => {
  expect(studentQuantile(1e6, 0.95)).toBeGreaterThan(1.959964);
  expect(studentQuantile(1e6, 0.95)).toBeLessThan(1.98);
});

test.each([
  [0, 0.95],
  [1.5, 0.95],
  [3, 0],
  [3, 1],
  [NaN, 0.5],
])('%d degrees and a share of %d are refused', (degrees, share) => {
  expect(() => studentQuantile(degrees, share)).toThrow(RangeError);
});
