/** @module */
import { describe, expect, it } from 'vitest';
import { Random } from '../data/random.ts';
import { fixedPointAlgorithm, sigmoidAlgorithm } from './algorithm.ts';

const random = Random.from(1, 'algorithms');
const rows = Array.from({ length: 40 }, () => Float64Array.from({ length: 5 }, () => random.uniform(-2, 2)));
const data = { rows, labels: Uint8Array.from(rows, () => random.below(2)) };
const weights = Float64Array.from({ length: 5 }, () => random.uniform(-1, 1));
const batch = { first: 3, count: 30 };

describe('a gradient in whole numbers', () => {
  it('comes as near to the real one as its bits allow', () => {
    const expected = sigmoidAlgorithm(data).gradient(weights, batch);
    const errors = [6, 10, 14].map((bits) => {
      const gradient = fixedPointAlgorithm(data, { feature: bits, weight: bits, error: bits }).gradient(weights, batch);
      return Math.max(...gradient.map((value, at) => Math.abs(value - expected[at]!)));
    });
    // A sample's feature, score and error are each off by half a step at most: three times as much, of 30 samples of size 2.
    for (const [index, bits] of [6, 10, 14].entries()) expect(errors[index]).toBeLessThan((30 * 2 * 3) / 2 ** (bits + 1));
  });

  it('is the same for numbers that are whole at its bits', () => {
    const whole = { rows: rows.map((row) => row.map((value) => Math.round(value * 4) / 4)), labels: data.labels };
    const bits = { feature: 2, weight: 20, error: 40 };
    const [real, counted] = [sigmoidAlgorithm(whole), fixedPointAlgorithm(whole, bits)].map((one) =>
      one.gradient(new Float64Array(5), batch),
    );
    expect([...counted!]).toEqual([...real!]);
  });
});
