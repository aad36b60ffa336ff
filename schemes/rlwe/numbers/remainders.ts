/**
 * Whole numbers of any size from their remainders modulo several primes (Chinese remainder theorem).
 *
 * @module
 */
import { centred, inverse, product } from './modular-integers.ts';

export class Remainders {
  readonly #whole: bigint;
  /** Number i is 1 modulo prime i, and 0 modulo the others. */
  readonly #units: readonly bigint[];

  /** The primes must all be different. */
  constructor(primes: readonly bigint[]) {
    this.#whole = product(primes);
    this.#units = primes.map((prime) => {
      const rest = this.#whole / prime;
      return rest * inverse(rest, prime);
    });
  }

  /** For each slot the number nearest to zero that has these remainders; `remainders[i]` are modulo prime i, of either sign. */
  joined(remainders: readonly BigInt64Array[]): readonly bigint[] {
    return Array.from(remainders[0]!, (_, slot) => {
      let sum = 0n;
      for (const [at, unit] of this.#units.entries()) sum += unit * remainders[at]![slot]!;
      return centred(sum, this.#whole);
    });
  }
}
