/**
 * What the evaluation of a polynomial is written against: ciphertexts, instructions of a program, or plain numbers in tests.
 *
 * A value stands for an encoded number: real value times scale. Products and sums are formed at the high scale and divided once, since
 * the rounding of the division is the largest error of a bootstrap: one rounding for a whole sum instead of one for each of its parts.
 *
 * @module
 */

/** Where a value stands in the chain. */
export interface Valued {
  /** Data primes left. */
  readonly limbs: number;
  /** Encoded value = scale * real value. */
  readonly scale: number;
}

/** Summands that all have one scale. */
export interface Sum<V> {
  /** Products; left === right is a square. */
  readonly products: readonly (readonly [left: V, right: V, factor: 1 | 2])[];
  /** Exact multiples by whole numbers. */
  readonly terms: readonly (readonly [value: V, factor: bigint])[];
  /** The whole number that is added to every slot. */
  readonly constant: bigint;
}

export interface Arithmetic<V extends Valued> {
  /** The data primes: primes[l - 1] is the last of l. */
  readonly primes: readonly number[];
  /**
   * (sum of factor * left * right + sum of factor * value + constant) / prime, with the last prime of `place.limbs` + 1. Summands have the
   * scale `place.scale` * prime. Operands that have more limbs than `place.limbs` + 1 are dropped to them first.
   */
  sum(parts: Sum<V>, place: Valued): V;
}
