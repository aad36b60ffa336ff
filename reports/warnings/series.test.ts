/** @module */
import { describe, expect, test } from 'vitest';
import { firstOrder } from '../../harness/coverage.fixture.ts';
import { uniform } from '../../harness/record/median-interval.ts';
import { driftOf, modifiedScores, outliersOf, slowFirstOf } from './series.ts';

const draw = uniform(11);
const series = (n: number, correlation: number, spread: number) => Array.from({ length: n }, firstOrder(correlation, spread)(draw));
const alarms = (trials: number, look: (samples: readonly number[]) => string | null, samples: () => readonly number[]) =>
  Array.from({ length: trials }, () => look(samples())).filter((seen) => seen !== null).length / trials;

describe('drift', () => {
  test('a rise and a fall are seen beneath noise, and named', () => {
    const steady = series(60, 0, 0.02);
    expect(driftOf(steady.map((time, at) => time * (1 + (0.12 * at) / 60)))).toMatch(/^times rose by (7|8|9)\.\d% from the first third/);
    expect(driftOf(steady.map((time, at) => time * (1 - (0.3 * at) / 60)))).toMatch(/^times fell by (1|2)\d% from the first third/);
  });

  test('steady noise, a burst in the middle, and few samples are none', () => {
    expect(alarms(200, driftOf, () => series(45, 0, 0.1))).toBeLessThan(0.01);
    expect(driftOf(series(60, 0, 0.02).map((time, at) => (at > 25 && at < 32 ? 3 * time : time)))).toBe(null);
    expect(driftOf(Array.from({ length: 14 }, (_, at) => 1 + at))).toBe(null);
  });

  test('a small trend that is sure is none: it changes no figure', () => {
    expect(driftOf(Array.from({ length: 60 }, (_, at) => 1000 + at / 3))).toBe(null);
  });
});

describe('outliers', () => {
  test('the modified Z-score is 0.6745 times the distance over the median absolute deviation', () => {
    // Median 3, deviations 2 1 0 1 97: their median is 1.
    expect(modifiedScores([1, 2, 3, 4, 100])).toEqual([-1.349, -0.6745, 0, 0.6745, 65.4265]);
    expect(modifiedScores([2, 2, 2, 5])).toEqual([0, 0, 0, Infinity]);
  });

  test('one interruption in ten is seen, with its factor; one in fifty is not', () => {
    const steady = series(50, 0, 0.02);
    const interrupted = (every: number) => steady.map((time, at) => (at % every === every - 1 ? 2 * time : time));
    expect(outliersOf(interrupted(10))).toMatch(/^5 of 50 samples lie far from the others, the slowest at 2\.\d times the median$/);
    expect(outliersOf(interrupted(50))).toBe(null);
  });

  test('normal noise and a tail are none as a rule', () => {
    expect(alarms(200, outliersOf, () => series(60, 0.3, 0.05))).toBeLessThan(0.02);
    expect(outliersOf([1, 1, 1, 1, 100])).toBe(null);
  });
});

describe('the first sample', () => {
  test('is slow where it lies far above the others', () => {
    const steady = series(20, 0, 0.02);
    expect(slowFirstOf([2 * steady[0]!, ...steady.slice(1)])).toMatch(/^the first sample took (1\.9|2\.\d) times as long as the others$/);
    expect(slowFirstOf(steady)).toBe(null);
    expect(slowFirstOf([...steady.slice(1), 2])).toBe(null);
  });

  test('is not called slow among five', () => {
    expect(slowFirstOf([9, 1, 1, 1, 1])).toBe(null);
    expect(slowFirstOf([])).toBe(null);
  });
});
