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

/** The smallest pair with left * a = right * b mod t: two ciphertexts times them get one correction factor. */
export function balancedFactors(a: bigint, b: bigint, t: bigint): readonly [left: bigint, right: bigint] {
  // Half-way through Euclid's algorithm on (t, b/a), remainder and cofactor are both near sqrt(t).
  let [before, now] = [t, (b * inverse(a, t)) % t];
  let [cofactorBefore, cofactor] = [0n, 1n];
  let best: readonly [bigint, bigint] = [now, cofactor];
  const size = ([left, right]: readonly [bigint, bigint]): bigint => (left < 0n ? -left : left) + (right < 0n ? -right : right);
  while (now !== 0n) {
    const candidate = [centred(now, t), cofactor] as const;
    if (size(candidate) < size([centred(best[0], t), best[1]])) best = candidate;
    const quotient = before / now;
    [before, now] = [now, before - quotient * now];
    [cofactorBefore, cofactor] = [cofactor, cofactorBefore - quotient * cofactor];
  }
  return [centred(best[0], t), best[1]];
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
