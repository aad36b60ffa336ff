/** @module */
import { describe, expect, test } from 'vitest';
import { isPrecise, nextRound } from './stopping.ts';

const rule = { precision: 0.02, mostSamples: 200 };

test('rounds double up to thirty samples, then grow by half, up to the limit', () => {
  const counts: number[] = [];
  for (let taken = 0; nextRound(taken, rule) > 0; counts.push(taken)) taken += nextRound(taken, rule);
  expect(counts).toEqual([1, 2, 4, 8, 16, 30, 45, 68, 102, 153, 200]);
});

test('a limit of one is one sample', () => {
  expect(nextRound(0, { ...rule, mostSamples: 1 })).toBe(1);
  expect(nextRound(1, { ...rule, mostSamples: 1 })).toBe(0);
});

describe('a median', () => {
  const spread = (share: number) => Array.from({ length: 60 }, (_, at) => 1000 * (1 + share * (((at * 37) % 60) / 30 - 1)));

  test('is known where its interval is short, and not where it is long', () => {
    expect(isPrecise(spread(0.01), rule)).toBe(true);
    expect(isPrecise(spread(0.3), rule)).toBe(false);
  });

  test('is never known from fewer than thirty samples, however equal', () => {
    expect(
      isPrecise(
        Array.from({ length: 29 }, () => 1000),
        rule,
      ),
    ).toBe(false);
    expect(
      isPrecise(
        Array.from({ length: 30 }, () => 1000),
        rule,
      ),
    ).toBe(true);
  });

  test('is not known from samples that drift', () => {
    expect(
      isPrecise(
        Array.from({ length: 60 }, (_, at) => 1000 + at),
        rule,
      ),
    ).toBe(false);
  });
});
