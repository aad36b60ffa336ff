/**
 * Special primes: the modulus of key switching beyond that of ciphertexts, and the digits that it allows.
 *
 * A key switch cuts a polynomial into digits and multiplies each by a part of a key; the product P of the special primes is divided out
 * again, and with it the digits' part of the error. A digit may be as large as P: with one special prime it has one data prime, with
 * several it has as many (hybrid key switching, Han and Ki, CT-RSA 2020). Fewer digits mean smaller keys and fewer transforms, and more of
 * the modulus that security allows is spent on P.
 *
 * @module
 */
import type { RlweParameters } from './program.ts';

/** Special primes of a set. A set of a single prime has none. */
export function specialPrimeCount({ modulus_bits, specialPrimes = 1 }: RlweParameters): number {
  return Math.min(specialPrimes, modulus_bits.length - 1);
}

/** Data primes of a set: those of ciphertexts. */
export function dataPrimeCount(parameters: RlweParameters): number {
  return parameters.modulus_bits.length - specialPrimeCount(parameters);
}

/** Digits of a polynomial of so many data primes. */
export function digitCount(limbs: number, specialPrimes: number): number {
  return Math.ceil(limbs / Math.max(specialPrimes, 1));
}

/** Data primes and special primes of a set, first to last. */
export function splitPrimes<T>(
  parameters: RlweParameters,
  primes: readonly T[],
): { readonly data: readonly T[]; readonly special: readonly T[] } {
  const count = dataPrimeCount(parameters);
  return { data: primes.slice(0, count), special: primes.slice(count) };
}
