/** @module */
import { expect, test } from 'vitest';
import { overflow_log2, uniformSumTail_log2 } from './overflow.ts';

test('tails of sums of uniform numbers', () => {
  // One and two by geometry: 1 - 2 * 0.25, and a triangle on either side.
  expect(2 ** uniformSumTail_log2(1, 0.5)).toBe(0);
  expect(2 ** uniformSumTail_log2(2, 0.5)).toBeCloseTo(0.25, 12);
  expect(2 ** uniformSumTail_log2(3, 1)).toBeCloseTo(1 / 24, 12);
  expect(uniformSumTail_log2(33, 0)).toBeCloseTo(0, 12);
});

test('Lattigo states the same chances for 32 coefficients and a range of 16', () => {
  // Chances that a sum passes 16, by its default sets of N = 65536 and 32768.
  expect(16 + uniformSumTail_log2(33, 16)).toBeCloseTo(-138.7, 1);
  expect(15 + uniformSumTail_log2(33, 16)).toBeCloseTo(-139.7, 1);
});

test('sums of many are normal, with a tail that is no shorter', () => {
  for (const deviations of [2, 4, 6]) {
    const largest = Math.round(2 * deviations * Math.sqrt(129 / 12)) / 2;
    const [exact, normal] = [uniformSumTail_log2(129, largest), uniformSumTail_log2(130, largest)];
    expect(normal).toBeGreaterThan(exact);
    expect(normal - exact).toBeLessThan(1);
  }
});

test('a bootstrap of each kind', () => {
  const sparse = { range: 16, degree: 31, doubleAngles: 3 };
  // The polynomial is made for whole numbers up to 15: the sum must not come nearer to 16 than to 15.
  expect(overflow_log2(sparse, 32768, 32)).toBeCloseTo(15 + uniformSumTail_log2(33, 15.5), 9);
  expect(overflow_log2(sparse, 32768, 32)).toBeCloseTo(-106.7, 1);
  expect(overflow_log2({ range: 512, degree: 63, doubleAngles: 7 }, 65536, null)).toBeCloseTo(-39.4, 0);
  // A ternary secret at the sparse range: certain.
  expect(overflow_log2(sparse, 32768, null)).toBe(0);
});
