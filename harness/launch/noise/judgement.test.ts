/** @module */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../workloads/data/random.ts';
import { predictionOf } from './prediction.ts';
import { judgeNoisy } from './judgement.ts';
import type { SampleErrors } from './sample-errors.ts';

/** Ten outputs a sample, whose errors have the deviation; so many of a hundred classes change. */
function drawn(random: Random, samples: number, deviation: number, changed = 1): SampleErrors {
  const meanSquare = (): number =>
    Array.from({ length: 10 }, () => random.normal(0, deviation) ** 2).reduce((sum, square) => sum + square) / 10;
  return {
    meanSquares: Array.from({ length: samples }, meanSquare),
    otherClass: Array.from({ length: samples }, () => random.uniform() < changed / 100),
  };
}

const predicted = predictionOf(drawn(Random.from(1, 'predicted'), 2000, 0.2));

describe.each([5, 20, 100])('%i samples', (n) => {
  const random = Random.from(n, 'measured');

  test('as predicted are right', () => {
    for (let launch = 0; launch < 200; launch++) expect(judgeNoisy(predicted, drawn(random, n, 0.2)).wrong).toBeNull();
  });

  test('of doubled noise, or of a mean instead of every output, are wrong', () => {
    expect(judgeNoisy(predicted, drawn(random, n, 0.4)).wrong).toMatch(/^outputs err by 0\.\d+ .* where 0\.2\d* is predicted: by chance/);
    expect(judgeNoisy(predicted, drawn(random, n, 0.2, 90)).wrong).toMatch(/^\d+ of \d+ classes are not the planned network's/);
  });
});

test('a result that is no number is wrong, and stays so in the record', () => {
  const { wrong, figures } = judgeNoisy(predicted, { meanSquares: [0.04, NaN], otherClass: [false, true] });
  expect(wrong).toMatch(/^a decrypted value is not a number/);
  expect(figures.measured).toEqual({ samples: 2, agreement: 0.5, rmsError: null });
});

test('figures are shares and roots of means; without classes there is no share', () => {
  const errors = { meanSquares: [0, 4, 16, 36], otherClass: null };
  const { figures, wrong } = judgeNoisy(predictionOf(errors), { meanSquares: [9], otherClass: null });
  expect(figures.predicted).toEqual({ draws: 4, agreement: null, rmsError: Math.sqrt(14), sampleRmsError: { low: 0, median: 4, high: 6 } });
  expect(figures.measured).toEqual({ samples: 1, agreement: null, rmsError: 3 });
  expect(figures.chance.agreement).toBeNull();
  expect(wrong).toBeNull();
});
