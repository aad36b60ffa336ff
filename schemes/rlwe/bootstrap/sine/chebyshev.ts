/**
 * A polynomial in Chebyshev's basis at the fewest levels (Paterson and Stockmeyer; baby and giant steps).
 *
 * T_1, T_2, T_3 are the baby steps, T_4, T_8, ... the giant steps: with m the largest power of two within the degree,
 * p = q T_m + r, and r is taken apart further at the same level, so that all products of a level and what is left of degree 3 or less
 * make one sum with one relinearisation and one division. Every summand is given the scale of its sum exactly: q is asked for at the
 * scale that its product with T_m needs, and multiples of baby steps by whole numbers are taken at any scale.
 *
 * @module
 */
import type { Arithmetic, Valued } from '../arithmetic.ts';

/** The highest baby step. */
const BABY_STEPS = 3;

/** Levels that a polynomial takes. @param degree A power of two less one. */
export function chebyshevLevels(degree: number): number {
  return Math.log2(degree + 1);
}

/**
 * c[0] + c[1] T_1(x) + ..., at `scale` and `chebyshevLevels` lower than x.
 *
 * @param x in [-1, 1], at a scale near the primes: how far it is from them doubles with each giant step
 * @param coefficients as many as a power of two, 4 or more
 */
export function evaluateChebyshev<V extends Valued>(arithmetic: Arithmetic<V>, x: V, coefficients: readonly number[], scale: number): V {
  return new Evaluation(arithmetic, x).polynomial(coefficients, { limbs: x.limbs - Math.log2(coefficients.length), scale });
}

class Evaluation<V extends Valued> {
  readonly #arithmetic: Arithmetic<V>;
  /** Limbs of x: T_k stands ceil(log2 k) lower. */
  readonly #top: number;
  /** T_k by k. */
  readonly #steps: Map<number, V>;

  constructor(arithmetic: Arithmetic<V>, x: V) {
    this.#arithmetic = arithmetic;
    this.#top = x.limbs;
    this.#steps = new Map([[1, x]]);
  }

  polynomial(coefficients: readonly number[], place: Valued): V {
    const whole = place.scale * this.#arithmetic.primes[place.limbs]!;
    const products: (readonly [V, V, 1])[] = [];
    let rest = coefficients;
    while (!this.#isCombination(rest, place.limbs)) {
      const { power, quotient, remainder } = divide(rest);
      const step = this.#step(power);
      products.push([this.polynomial(quotient, { limbs: place.limbs + 1, scale: whole / step.scale }), step, 1]);
      rest = remainder;
    }
    const [constant, ...others] = rest;
    const terms = others.map((coefficient, at) => {
      const step = this.#step(at + 1);
      return [step, nearest((coefficient * whole) / step.scale)] as const;
    });
    return this.#arithmetic.sum({ products, terms, constant: nearest(constant! * whole) }, place);
  }

  /** Whether a polynomial is a combination of baby steps that stand high enough: of two coefficients or more. */
  #isCombination({ length }: readonly number[], limbs: number): boolean {
    return length <= BABY_STEPS + 1 && this.#top - Math.ceil(Math.log2(length - 1)) > limbs;
  }

  /** T_2k = 2 T_k^2 - 1, and T_3 = 2 T_1 T_2 - T_1. */
  #step(k: number): V {
    const known = this.#steps.get(k);
    if (known !== undefined) return known;
    const [left, right] = k === 3 ? [this.#step(2), this.#step(1)] : [this.#step(k / 2), this.#step(k / 2)];
    const limbs = left.limbs - 1;
    const whole = left.scale * right.scale;
    const made = this.#arithmetic.sum(
      {
        products: [[left, right, 2]],
        terms: k === 3 ? [[right, -nearest(whole / right.scale)]] : [],
        constant: k === 3 ? 0n : -nearest(whole),
      },
      { limbs, scale: whole / this.#arithmetic.primes[limbs]! },
    );
    this.#steps.set(k, made);
    return made;
  }
}

/** p = quotient T_power + remainder, by T_(m + k) = 2 T_m T_k - T_(m - k). */
function divide(coefficients: readonly number[]): { readonly power: number; readonly quotient: number[]; readonly remainder: number[] } {
  const power = 2 ** Math.floor(Math.log2(coefficients.length - 1));
  const high = coefficients.slice(power);
  const remainder = coefficients.slice(0, power);
  for (const [k, coefficient] of high.entries()) if (k > 0) remainder[power - k]! -= coefficient;
  return { power, quotient: high.map((coefficient, k) => (k === 0 ? coefficient : 2 * coefficient)), remainder };
}

/** The nearest whole number, however large. */
function nearest(x: number): bigint {
  return BigInt(Math.round(x));
}
