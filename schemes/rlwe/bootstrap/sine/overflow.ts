/**
 * How likely a bootstrap meets a number that its sine is not made for.
 *
 * What a ciphertext holds modulo its first prime q is c0 + c1 s, as a whole number within a small multiple of q: residues of c0 and c1 are
 * uniform modulo q, so that over q it is a sum of as many uniform numbers in [-1/2, 1/2] as the secret has nonzero coefficients, and
 * one more, in each of N coefficients (Bossuat, Troncoso-Pastoriza, Hubaux, ACNS 2022, ia.cr/2022/024, section 4).
 *
 * @module
 */
import { tail_log2 } from '../../../probability.ts';
import type { SineShape } from '../../program/program.ts';
import { meetsIntegers } from './cosine-polynomial.ts';

/** Sums of so many terms are counted exactly; sums of more are normal, whose tails are a little longer. */
const MOST_EXACT_TERMS = 129;

/**
 * log2 of the chance that one of the N coefficients of a raised ciphertext lies outside the sine's range: by the union bound, a number
 * that a plan may promise.
 *
 * A polynomial that meets the cosine at whole numbers is right for those below its range, and a little around them; the other one
 * everywhere within it.
 *
 * @param degree N
 * @param weight nonzero coefficients of the secret that the ciphertext is raised under; null: a uniform ternary secret, two in three
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { overflow_log2 } from './overflow.ts';
 *
 * assert.equal(Math.round(overflow_log2({ range: 16, degree: 31, doubleAngles: 3 }, 32768, 32)), -107);
 * ```
 */
export function overflow_log2(sine: SineShape, degree: number, weight: number | null): number {
  const largest = meetsIntegers(sine) ? sine.range - 0.5 : sine.range;
  return Math.min(0, Math.log2(degree) + uniformSumTail_log2((weight ?? Math.round((2 * degree) / 3)) + 1, largest));
}

/**
 * log2 of the chance that a sum of uniform numbers in [-1/2, 1/2] passes `largest` on either side (Irwin, Hall, 1927).
 *
 * @param terms of the sum
 * @param largest a multiple of one half
 */
export function uniformSumTail_log2(terms: number, largest: number): number {
  if (terms > MOST_EXACT_TERMS) return tail_log2(largest * Math.sqrt(12 / terms));
  // 2/n! * sum over i of (-1)^i C(n, i) (n/2 - largest - i)^n, while the base is positive; doubled bases are whole.
  let sum = 0n;
  let binomial = 1n;
  for (let i = 0, base = terms - 2 * largest; base > 0; i++, base -= 2) {
    sum += (i % 2 === 0 ? binomial : -binomial) * BigInt(base) ** BigInt(terms);
    binomial = (binomial * BigInt(terms - i)) / BigInt(i + 1);
  }
  let factorial = 1n;
  for (let i = 2n; i <= BigInt(terms); i++) factorial *= i;
  return 1 - terms + Math.log2(Number(sum)) - Math.log2(Number(factorial));
}
