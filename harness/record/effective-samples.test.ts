/** @module */
import { array, assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstOrder } from '../coverage.fixture.ts';
import { effectiveSamples, ranks } from './effective-samples.ts';
import { uniform } from './median-interval.ts';

const meanOver = (trials: number, one: (draw: () => number) => number): number => {
  const draw = uniform(7);
  return Array.from({ length: trials }, () => one(draw)).reduce((sum, value) => sum + value, 0) / trials;
};

describe('effectiveSamples', () => {
  test('lies between one and the number of samples, whatever they are', () => {
    assert(
      property(array(integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 60 }), (samples) => {
        const worth = effectiveSamples(samples);
        expect(worth).toBeGreaterThanOrEqual(1);
        expect(worth).toBeLessThanOrEqual(samples.length);
      }),
      { seed: 3, numRuns: 200 },
    );
    expect(effectiveSamples([])).toBe(0);
  });

  test('depends on ranks alone', () => {
    const draw = uniform(1);
    const next = firstOrder(0.5, 0.1)(draw);
    const samples = Array.from({ length: 80 }, next);
    expect(effectiveSamples(samples.map((value) => value ** 9))).toBeCloseTo(effectiveSamples(samples), 9);
  });

  test('a trend is worth a few samples, and equal samples are worth nearly all', () => {
    expect(effectiveSamples(Array.from({ length: 100 }, (_, at) => at))).toBeLessThan(5);
    expect(effectiveSamples(Array.from({ length: 100 }, () => 3))).toBeGreaterThan(95);
  });

  test('on average near what the process says', () => {
    // Correlation of signs by the arcsine law, added up over lags: a median's variance is 3.0 times that of independent samples at 0.67.
    const worth = (correlation: number) =>
      meanOver(40, (draw) => effectiveSamples(Array.from({ length: 400 }, firstOrder(correlation, 0.1)(draw))));
    expect(worth(0)).toBeGreaterThan(300);
    expect(worth(0.67)).toBeGreaterThan(60);
    expect(worth(0.67)).toBeLessThan(150);
  });
});

test('equal samples share the middle of their ranks', () => {
  expect([...ranks([5, 1, 5, 9, 5])]).toEqual([2, 0, 2, 4, 2]);
});
