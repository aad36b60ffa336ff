/**
 * The promise behind every printed interval: it holds its median at least 9 times in 10, also where samples are correlated, where
 * launches differ, and where a launch stops as soon as its interval is short enough. Seeded: the shares are the same every time.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { coverageIfIndependent, coverageOfLaunches, coverageOfOneLaunch, coverageOfStopping, firstOrder } from './coverage.fixture.ts';

/** A share of 92% is then known to 0.9 points. */
const TRIALS = 1000;
/** Launches that stop by the rule are long, the longest in coverage.slow.test.ts; 94% is known to 1.4 points. */
const STOPPED_TRIALS = 300;
const LEAST = 0.9;
const correlations = [0, 0.3, 0.67];

describe.each(correlations)('neighbours that correlate by %d', (correlation) => {
  test.each([11, 15, 30, 100])('one launch, n = %i', (n) => {
    const { covered, given } = coverageOfOneLaunch(n, firstOrder(correlation, 0.1), TRIALS);
    expect(given).toBe(1);
    expect(covered).toBeGreaterThanOrEqual(LEAST);
  });

  test.each([
    [3, 0],
    [3, 0.05],
    [5, 0],
    [5, 0.05],
  ])('%i launches whose speeds differ by %d', (launches, spread) => {
    const { covered } = coverageOfLaunches(launches, spread, 30, firstOrder(correlation, 0.05), TRIALS);
    expect(covered).toBeGreaterThanOrEqual(LEAST);
  });

  test.each([
    [0.02, 0.02, 1000],
    [0.02, 0.05, 45],
  ])('one launch that stops within %d, at noise %d, after at most %i samples', (precision, noise, mostSamples) => {
    const { covered, samples } = coverageOfStopping({ precision, mostSamples }, firstOrder(correlation, noise), STOPPED_TRIALS);
    expect(covered).toBeGreaterThanOrEqual(LEAST);
    expect(samples).toBeLessThanOrEqual(mostSamples);
  });
});

test('the interval of independent samples breaks the promise where they are not', () => {
  expect(coverageIfIndependent(100, firstOrder(0.67, 0.1), TRIALS).covered).toBeLessThan(0.75);
});

test('fewer than 11 samples of one launch get no interval', () => {
  expect(coverageOfOneLaunch(10, firstOrder(0, 0.1), 3).given).toBe(0);
});
