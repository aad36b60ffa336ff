/**
 * Whole numbers modulo a prime, for tables and constants.
 *
 * @module
 */
import { powerModulo } from './primes.ts';

/** The inverse modulo a prime. */
export function inverse(x: bigint, prime: bigint): bigint {
  const residue = positive(x, prime);
  if (residue === 0n) throw new RangeError(`0 has no inverse modulo ${String(prime)}`);
  return powerModulo(residue, prime - 2n, prime);
}

/** The residue in [0, modulus). */
export function positive(x: bigint, modulus: bigint): bigint {
  const residue = x % modulus;
  return residue < 0n ? residue + modulus : residue;
}

/** The residue nearest to zero; half of an even modulus stays positive. */
export function centred(x: bigint, modulus: bigint): bigint {
  const residue = positive(x, modulus);
  return residue > modulus / 2n ? residue - modulus : residue;
}

export function product(factors: readonly bigint[]): bigint {
  return factors.reduce((all, factor) => all * factor, 1n);
}

/** Reverses the lowest `bits` bits. */
export function bitReverse(x: number, bits: number): number {
  let reversed = 0;
  for (let bit = 0; bit < bits; bit++) reversed = (reversed << 1) | ((x >> bit) & 1);
  return reversed;
}
