/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bitReverse } from '../rlwe/numbers/modular-integers.ts';
import { createPrimes, powerModulo } from '../rlwe/numbers/primes.ts';
import { EphemeralSecret, type RandomWords } from './ephemeral-secret.ts';

const DEGREE = 256;
const [PRIME] = createPrimes(DEGREE, [40]) as readonly [bigint];

/** Marsaglia's xorshift: the same secrets in every run. */
function seeded(seed: number): RandomWords {
  let state = seed | 1;
  return (words) => {
    for (let i = 0; i < words.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      words[i] = state;
    }
  };
}

/** By trying every odd power of any primitive root. */
function smallestRoot(prime: bigint, n: number): bigint {
  let root = 0n;
  for (let base = 2n; powerModulo(root, BigInt(n), prime) !== prime - 1n; base++)
    root = powerModulo(base, (prime - 1n) / BigInt(2 * n), prime);
  const all = Array.from({ length: n }, (_, k) => powerModulo(root, BigInt(2 * k + 1), prime));
  return all.reduce((least, one) => (one < least ? one : least));
}

/** Coefficients from values at psi^(2 bitReverse(i) + 1), by the sum over all points. */
function coefficientsOf(values: BigUint64Array, prime: bigint): number[] {
  const n = values.length;
  const inverse = powerModulo(smallestRoot(prime, n), prime - 2n, prime);
  const powers = Array.from({ length: 2 * n }, (_, k) => powerModulo(inverse, BigInt(k), prime));
  const ofN = powerModulo(BigInt(n), prime - 2n, prime);
  return Array.from({ length: n }, (_, k) => {
    const sum = values.reduce((total, value, i) => total + value * powers[((2 * bitReverse(i, Math.log2(n)) + 1) * k) % (2 * n)]!, 0n);
    const coefficient = (sum * ofN) % prime;
    return Number(coefficient > prime / 2n ? coefficient - prime : coefficient);
  });
}

describe('an ephemeral secret', () => {
  test('has its weight in ones and minus ones, in the order of the library', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 64 }), (seed, weight) => {
        using secret = new EphemeralSecret(DEGREE, weight, seeded(seed));
        const coefficients = coefficientsOf(secret.valuesModulo(PRIME), PRIME);
        expect(coefficients.filter((x) => x !== 0)).toHaveLength(weight);
        expect(coefficients.every((x) => Math.abs(x) <= 1)).toBe(true);
      }),
      { seed: 26, numRuns: 10 },
    );
  });

  test('is one polynomial, modulo whatever prime', () => {
    const primes = createPrimes(DEGREE, [20, 30, 50]);
    using secret = new EphemeralSecret(DEGREE, 32);
    const [first, ...others] = primes.map((prime) => coefficientsOf(secret.valuesModulo(prime), prime));
    for (const other of others) expect(other).toEqual(first);
  });

  test('a place that is drawn again is rejected, and the sign is that of the draw that counts', () => {
    const words = [5, 5 + 2 ** 31, 5, 7 + 2 ** 31, DEGREE + 9];
    using secret = new EphemeralSecret(DEGREE, 3, (into) => into.fill(words.shift()!));
    const coefficients = coefficientsOf(secret.valuesModulo(PRIME), PRIME);
    expect([...coefficients.entries()].filter(([, x]) => x !== 0)).toEqual([
      [5, 1],
      [7, -1],
      [9, 1],
    ]);
    expect(words).toEqual([]);
  });

  test('every place and either sign come equally often from the system', () => {
    const [draws, degree, weight] = [2000, 16, 4];
    const [prime] = createPrimes(degree, [20]) as readonly [bigint];
    const counts = new Array<number>(degree).fill(0);
    let sum = 0;
    for (let draw = 0; draw < draws; draw++) {
      using secret = new EphemeralSecret(degree, weight);
      for (const [place, sign] of coefficientsOf(secret.valuesModulo(prime), prime).entries()) {
        counts[place]! += Math.abs(sign);
        sum += sign;
      }
    }
    const total = draws * weight;
    const expected = total / degree;
    const chiSquare = counts.reduce((all, count) => all + (count - expected) ** 2 / expected, 0);
    // 15 degrees of freedom: more than 60 come once in a million trials.
    expect(chiSquare).toBeLessThan(60);
    expect(Math.abs(sum)).toBeLessThan(6 * Math.sqrt(total));
  });

  test('is gone once it was disposed of', () => {
    const secret = new EphemeralSecret(DEGREE, 32);
    secret[Symbol.dispose]();
    // All signs are zero.
    expect(secret.valuesModulo(PRIME).every((value) => value === 0n)).toBe(true);
  });

  test('more places than there are are refused', () => {
    expect(() => new EphemeralSecret(DEGREE, DEGREE + 1)).toThrow(RangeError);
  });
});
