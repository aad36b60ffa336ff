/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../workloads/data/random.ts';
import { chiSquareTail, largeValuesTail, predictiveTail } from './tail-probabilities.ts';

/** Summed as it is defined, with factorials by multiplication. */
function binomialTail(count: number, trials: number, chance: number): number {
  let tail = 0;
  for (let events = count; events <= trials; events++) {
    let ways = 1;
    for (let at = 0; at < events; at++) ways *= (trials - at) / (at + 1);
    tail += ways * chance ** events * (1 - chance) ** (trials - events);
  }
  return tail;
}

describe('the chance of so many events', () => {
  test('is the binomial tail where the prediction is long', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0.05, max: 0.95, noNaN: true }), fc.nat(), (trials, chance, at) => {
        const count = at % (trials + 1);
        const tail = predictiveTail(count, trials, Math.round(chance * 1e9), 1e9);
        expect(tail).toBeCloseTo(binomialTail(count, trials, chance), 5);
      }),
      { seed: 61 },
    );
  });

  test('allows for a prediction that saw none, and for one that saw all', () => {
    // One event in a hundred, of which none was seen in 2,000 draws, has been met before; two in five have not.
    expect(predictiveTail(1, 100, 0, 2000)).toBeGreaterThan(0.01);
    expect(predictiveTail(2, 5, 0, 2000)).toBeLessThan(1e-5);
    expect(predictiveTail(100, 100, 2000, 2000)).toBeGreaterThan(0.9);
    expect(predictiveTail(0, 5, 0, 2000)).toBe(1);
    expect(predictiveTail(2000, 2000, 3, 2000)).toBeLessThan(1e-100);
  });

  test('the example holds', () => expect(predictiveTail(3, 5, 12, 2000)).toBeCloseTo(3e-6, 7));
});

test('the tail of chi-square is that of the tables', () => {
  // Abramowitz and Stegun, "Handbook of Mathematical Functions", table 26.8.
  expect(chiSquareTail(18.307, 5)).toBeCloseTo(0.05, 5);
  expect(chiSquareTail(37.566, 10)).toBeCloseTo(0.01, 5);
  expect(chiSquareTail(29.588, 5)).toBeCloseTo(0.001, 5);
  expect(chiSquareTail(0, 3)).toBe(1);
});

describe('the chance of values so large', () => {
  const draws: readonly (readonly [string, (random: Random) => number])[] = [
    ['squares of normal numbers', (random) => random.normal() ** 2],
    ['numbers that are mostly zero', (random) => (random.uniform() < 0.8 ? 0 : random.normal() ** 2)],
    ['numbers of a long tail', (random) => random.uniform() ** -2],
  ];
  test.each(draws)('%s: called unlikely no more often than it is', (_, draw) => {
    for (const n of [5, 20, 100, 1000]) {
      const random = Random.from(n, 'values');
      const launches = n === 1000 ? 50 : 300;
      let alarms = 0;
      for (let launch = 0; launch < launches; launch++) {
        const drawn = Float64Array.from({ length: 2000 }, () => draw(random)).sort();
        if (
          largeValuesTail(
            Array.from({ length: n }, () => draw(random)),
            drawn,
          ) < 0.02
        )
          alarms++;
      }
      // Four deviations above two in a hundred.
      expect(alarms / launches).toBeLessThan(0.02 + 4 * Math.sqrt((0.02 * 0.98) / launches));
    }
  });

  test('one value is never unlikely enough: a prediction of 2,000 draws does not know what happens once in 10,000', () => {
    const drawn = Float64Array.from({ length: 2000 }, (_, index) => index);
    expect(largeValuesTail([1e9], drawn)).toBeGreaterThan(1e-4);
    expect(largeValuesTail([1e9, 1e9], drawn)).toBeLessThan(1e-4);
  });

  test('what is no number is larger than all', () => {
    const drawn = Float64Array.of(1, 2, 3);
    expect(largeValuesTail([NaN, 2], drawn)).toBe(largeValuesTail([Infinity, 2], drawn));
  });
});
