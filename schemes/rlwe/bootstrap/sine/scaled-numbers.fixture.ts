/**
 * Encoded numbers as doubles: what ciphertexts hold, without noise. Summands of unlike scales are refused.
 *
 * @module
 */
import type { Arithmetic, Sum, Valued } from '../arithmetic.ts';

export interface ScaledNumber extends Valued {
  /** Real value times scale. */
  readonly encoded: number;
}

/** Scales are products and quotients of doubles. */
const TOLERANCE = 2 ** -45;

export class ScaledNumbers implements Arithmetic<ScaledNumber> {
  readonly primes: readonly number[];
  /** Sums of products, each of which takes a relinearisation. */
  relinearizations = 0;
  products = 0;

  constructor(primes: readonly number[]) {
    this.primes = primes;
  }

  encode(value: number, { limbs, scale }: Valued): ScaledNumber {
    return { limbs, scale, encoded: value * scale };
  }

  sum({ products, terms, constant }: Sum<ScaledNumber>, { limbs, scale }: Valued): ScaledNumber {
    const prime = this.primes[limbs]!;
    const whole = scale * prime;
    const expectSummand = (operands: readonly ScaledNumber[], found: number | null): void => {
      for (const operand of operands) if (operand.limbs < limbs + 1) throw new Error(`an operand of ${operand.limbs} limbs for ${limbs}`);
      if (found !== null && !(Math.abs(found / whole - 1) < TOLERANCE)) throw new Error(`a summand of scale ${found}, not ${whole}`);
    };
    let encoded = Number(constant);
    for (const [left, right, factor] of products) {
      expectSummand([left, right], left.scale * right.scale);
      encoded += factor * left.encoded * right.encoded;
    }
    for (const [value, factor] of terms) {
      // A multiple by a whole number has any scale.
      expectSummand([value], null);
      encoded += Number(factor) * value.encoded;
    }
    if (products.length > 0) this.relinearizations++;
    this.products += products.length;
    return { limbs, scale, encoded: encoded / prime };
  }
}
