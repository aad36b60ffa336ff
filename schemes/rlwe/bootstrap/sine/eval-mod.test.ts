/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SineShape } from '../../program/program.ts';
import { evaluateSine, sineLevels } from './eval-mod.ts';
import { ScaledNumbers } from './scaled-numbers.fixture.ts';

/** Primes of 50 bits that are 1 modulo 2^16, from the largest: those of evaluation. */
const PRIMES = [1125899906826241, 1125899904679937, 1125899904417793, 1125899903827969, 1125899902124033] as const;

function primesOf(levels: number): readonly number[] {
  return Array.from({ length: levels + 1 }, (_, at) => PRIMES[at % PRIMES.length]!);
}

/** A whole number of turns and a little. @returns how far the sine is off, in turns */
function error(sine: SineShape, whole: number, part: number): number {
  const levels = sineLevels(sine);
  const arithmetic = new ScaledNumbers(primesOf(levels));
  const turns = whole + part;
  const x = arithmetic.encode(turns / sine.range, { limbs: levels + 1, scale: 2 ** 50 });
  const { encoded, scale, limbs } = evaluateSine(arithmetic, x, sine);
  expect(limbs).toBe(1);
  // Squares at the scale of their prime keep it, up to how unlike neighbouring primes are.
  expect(Math.abs(scale / 2 ** 50 - 1)).toBeLessThan(2 ** -20);
  return Math.abs(encoded / scale - Math.sin(2 * Math.PI * part)) / (2 * Math.PI);
}

test.each([
  [{ range: 16, degree: 31, doubleAngles: 3 }, 8, 15, [-44, -27]],
  [{ range: 512, degree: 63, doubleAngles: 7 }, 13, 511, [-36, -36]],
  [{ range: 140, degree: 63, doubleAngles: 5 }, 11, 139, [-38, -38]],
] as const)('%j: the sine near whole numbers, with encoded constants', (sine, levels, largest, [near, far]) => {
  expect(sineLevels(sine)).toBe(levels);
  const part = fc.double({ min: -(2 ** -10), max: 2 ** -10, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: -largest, max: largest }), part, (whole, rest) => {
      expect(Math.log2(error(sine, whole, rest))).toBeLessThan(Math.abs(whole) <= 5 ? near : far);
    }),
    { seed: 24, numRuns: 400 },
  );
});
