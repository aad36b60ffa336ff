/** @module */
import { expect, test } from 'vitest';
import { Random, splitMix64 } from './random.ts';

test('SplitMix64 gives its published sequence', () => {
  // Rosetta Code, "Pseudo-random numbers/Splitmix64", seed 1234567.
  const words = splitMix64(1234567n);
  expect([0, 1, 2, 3, 4].map(() => words.next().value)).toEqual([
    6457827717110365317n,
    3203168211198807973n,
    9817491932198370423n,
    4593380528125082431n,
    16408922859458223821n,
  ]);
});

test('xoshiro128** gives its published sequence', () => {
  // rand_xoshiro's reference test of Xoshiro128StarStar, state 1, 2, 3, 4.
  const random = new Random([1, 2, 3, 4]);
  expect(Array.from({ length: 10 }, () => random.word())).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
  ]);
});

test('equal seeds and streams give equal numbers, others do not', () => {
  const draw = (seed: number, stream?: string): number[] => {
    const random = Random.from(seed, stream);
    return Array.from({ length: 8 }, () => random.normal());
  };
  expect(draw(1, 'weights')).toEqual(draw(1, 'weights'));
  expect(draw(1, 'weights')).not.toEqual(draw(1, 'inputs'));
  expect(draw(1)).not.toEqual(draw(2));
  expect(draw(2 ** 52)).not.toEqual(draw(0));
});

test('uniform numbers fill their interval evenly', () => {
  const random = Random.from(7);
  const counts = new Uint32Array(10);
  for (let draw = 0; draw < 100_000; draw++) counts[Math.floor((random.uniform(-1, 1) + 1) * 5)]!++;
  // Five standard deviations of a binomial count.
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(9_000));
});

test('normal numbers have the asked mean, deviation and tails', () => {
  const random = Random.from(8);
  const draws = Array.from({ length: 100_000 }, () => random.normal(3, 2));
  const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
  const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
  expect(mean).toBeCloseTo(3, 1);
  expect(Math.sqrt(variance)).toBeCloseTo(2, 1);
  // 4.55% of a normal distribution lies beyond two deviations.
  expect(draws.filter((x) => Math.abs(x - 3) > 4).length / draws.length).toBeCloseTo(0.0455, 2);
});

test('permutations contain every index once and every order occurs', () => {
  const random = Random.from(9);
  expect([...random.permutation(1000)].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  const seen = new Set(Array.from({ length: 400 }, () => random.permutation(3).join()));
  expect(seen.size).toBe(6);
  expect(random.permutation(0)).toHaveLength(0);
});

test('whole numbers below nothing are refused, rather than drawn for ever', () => {
  const random = Random.from(10);
  for (const bound of [0, -1, NaN, 2 ** 33]) expect(() => random.below(bound)).toThrow(RangeError);
  expect(random.below(1)).toBe(0);
});
