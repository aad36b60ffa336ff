/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPrimes, isPrime, powerModulo } from './primes.ts';

/** Primes below a bound by Eratosthenes' sieve. */
function sieve(bound: number): Uint8Array {
  const prime = new Uint8Array(bound).fill(1, 2);
  for (let factor = 2; factor * factor < bound; factor++) {
    if (prime[factor] === 1) for (let multiple = factor * factor; multiple < bound; multiple += factor) prime[multiple] = 0;
  }
  return prime;
}

describe('isPrime', () => {
  test('agrees with the sieve below 200,000', () => {
    const prime = sieve(200_000);
    const wrong = [...prime.keys()].filter((candidate) => isPrime(BigInt(candidate)) !== (prime[candidate] === 1));
    expect(wrong).toEqual([]);
  });

  test('agrees with trial division up to 2^34', () => {
    const small = [...sieve(2 ** 17).entries()].flatMap(([candidate, prime]) => (prime === 1 ? [BigInt(candidate)] : []));
    const divisible = (n: bigint): boolean => small.some((factor) => factor * factor <= n && n % factor === 0n);
    fc.assert(
      fc.property(fc.bigInt({ min: 2n, max: 2n ** 34n }), (candidate) => {
        expect(isPrime(candidate)).toBe(!divisible(candidate));
      }),
      { seed: 9, numRuns: 400 },
    );
  });

  // Carmichael numbers, strong pseudoprimes to base 2 and the least strong pseudoprimes to the first k prime bases
  // (OEIS A002997, A001262, A014233).
  test.each([
    561n,
    41041n,
    825265n,
    321197185n,
    2047n,
    3277n,
    4033n,
    1373653n,
    25326001n,
    3215031751n,
    2152302898747n,
    3474749660383n,
    341550071728321n,
    3825123056546413051n,
    318665857834031151167461n,
  ])('%i is composite', (pseudoprime) => {
    expect(isPrime(pseudoprime)).toBe(false);
  });

  // Mersenne primes, Fermat's F4, the largest primes below 2^32 and 2^64 (OEIS A000668, A019434, A014234).
  test.each([2n ** 31n - 1n, 2n ** 61n - 1n, 65537n, 2n ** 32n - 5n, 2n ** 64n - 59n])('%i is prime', (prime) => {
    expect(isPrime(prime)).toBe(true);
  });

  test('a product of two primes of a witness is composite, the witness itself prime', () => {
    for (const witness of [2n, 13n, 41n]) {
      expect(isPrime(witness)).toBe(true);
      expect(isPrime(witness * witness)).toBe(false);
    }
    for (const none of [0n, 1n, -7n]) expect(isPrime(none)).toBe(false);
  });
});

describe('createPrimes', () => {
  test('are distinct primes of the bits asked for, 1 modulo 2N, with none larger left out', () => {
    const bits = fc.array(fc.integer({ min: 22, max: 30 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.constantFrom(1024, 2048, 4096), bits, (degree, sizes) => {
        const primes = createPrimes(degree, sizes);
        expect(new Set(primes).size).toBe(sizes.length);
        for (const size of sizes) {
          const ofSize = primes.filter((_, at) => sizes[at] === size);
          const expected: bigint[] = [];
          for (let candidate = 2n ** BigInt(size); expected.length < ofSize.length; candidate--) {
            if (candidate % BigInt(2 * degree) === 1n && isPrime(candidate)) expected.unshift(candidate);
          }
          expect(ofSize).toEqual(expected);
        }
      }),
      { seed: 10, numRuns: 12 },
    );
  });

  test('says so where there are too few', () => {
    // 12289 is the only prime of 14 bits that is 1 modulo 4096.
    expect(createPrimes(2048, [14])).toEqual([12289n]);
    expect(() => createPrimes(2048, [14, 14])).toThrow(RangeError);
    expect(() => createPrimes(4096, [5])).toThrow(RangeError);
  });
});

describe('powerModulo', () => {
  test('is repeated multiplication', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 999n }), fc.nat({ max: 40 }), fc.bigInt({ min: 2n, max: 997n }), (base, exponent, modulus) => {
        expect(powerModulo(base, BigInt(exponent), modulus)).toBe(base ** BigInt(exponent) % modulus);
      }),
      { seed: 11 },
    );
  });
});
