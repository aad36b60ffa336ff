/**
 * How large residues may get. A residue is a whole number x in an f64 with |x| <= bound * p; arithmetic is exact while |x| < 2^53.
 * A violation would be silent and rare, so every polynomial carries its bound and every operation asks here before it runs.
 *
 * A product or reduction leaves |r| <= p/2 + p * (error of the quotient before it is rounded to a whole number). That quotient is
 * |a| |w| / p after `roundings` roundings, each off by at most 2^-53 of it (Higham, Accuracy and Stability, section 2.2).
 *
 * @module
 */

/** The assumptions behind the bounds. Tests change one at a time, and must then fail. */
export interface RangeConstants {
  /** Whole numbers below this are exact in an f64. */
  readonly exact: number;
  /** Largest relative error of one rounding. */
  readonly roundoff: number;
  /** Roundings in the quotient of a product: the product, 1/p, their product. */
  readonly productRoundings: number;
  /** With a prepared constant: its quotient by p, the product with it. */
  readonly constantRoundings: number;
  /** In a reduction: 1/p, the product with it. */
  readonly reductionRoundings: number;
}

export const RANGE: RangeConstants = {
  exact: 2 ** 53,
  roundoff: 2 ** -53,
  productRoundings: 3,
  constantRoundings: 2,
  reductionRoundings: 2,
};

/** Of the limit, what operands of sums of products may be: the sums want the rest. */
const TIGHT = 1 / 8;

/** Bit of `reductions`: what comes out is reduced. */
const REDUCE_OUTPUT = 1 << 30;

/** Covers the second-order terms that the counts of roundings leave out, and the rounding of the bounds themselves. */
export const SLACK = 1 + 2 ** -45;

/** Which sweeps (over all residues) of a forward transform reduce (`assembly/ntt.ts`), and the bound of what comes out. */
export interface ForwardSchedule {
  readonly reductions: number;
  readonly bound: number;
}

/** All bounds are in units of the modulus p. */
export class Bounds {
  readonly #constants: RangeConstants;
  /** By n, p and bound. */
  readonly #schedules = new Map<number, Map<number, Map<number, ForwardSchedule>>>();

  constructor(constants: RangeConstants = RANGE) {
    this.#constants = constants;
  }

  /** Bounds must stay below this. */
  limit(p: number): number {
    return this.#constants.exact / SLACK / p;
  }

  /** @throws {RangeError} when values of this bound might not be exact: a bug in the caller. */
  require(bound: number, p: number, operation: string): number {
    if (!(bound < this.limit(p))) {
      throw new RangeError(
        `${operation}: residues up to ${String(bound)} p are not exact for p = ${String(p)} (limit ${String(this.limit(p))})`,
      );
    }
    return bound;
  }

  reduced(bound: number): number {
    return this.#afterQuotient(bound, this.#constants.reductionRoundings);
  }

  /** Of a word of 64 bits, brought to the residue nearest to zero: roundings of the word, of 1/p and of their product. */
  word(p: number): number {
    return this.#afterQuotient(2 ** 64 / p, this.#constants.productRoundings);
  }

  product(left: number, right: number, p: number): number {
    const quotient = left * right * p;
    if (!(quotient <= this.#constants.exact / 2)) throw new RangeError(`product: quotient ${String(quotient)} is not exact`);
    return this.#afterQuotient(quotient, this.#constants.productRoundings);
  }

  /**
   * A sum of so many products whose magnitudes add up to at most `total` p^2, with one quotient for all (`assembly/inner-product.ts`): the
   * smallest bias that keeps partial sums where all f64 are multiples of one unit, and the bound of what comes out. Null where it would not
   * be exact.
   */
  productSum(total: number, count: number, p: number): { readonly bias: number; readonly bound: number } | null {
    const largest = total * p * p * SLACK;
    // Units are whole: residues are.
    let exponent = Math.max(53, Math.floor(Math.log2(largest)));
    const error = (): number => count * 2 ** (exponent - 53);
    while (2 ** (exponent - 1) < largest + error()) exponent++;
    const quotient = total * p;
    const bound = this.#afterQuotient(quotient, this.#constants.reductionRoundings) + (error() / p) * SLACK;
    return quotient <= this.#constants.exact / 2 && bound < this.limit(p) ? { bias: 1.5 * 2 ** exponent, bound } : null;
  }

  /** Times a prepared constant, which is centred: at most p/2. */
  constantProduct(bound: number, p: number): number {
    return this.#afterQuotient((bound * p) / 2, this.#constants.constantRoundings);
  }

  /**
   * The cheapest forward transform of n values of this bound. Its output leaves room for one reduced operand, so that a remainder can be
   * subtracted from it. @throws {RangeError} when there is none.
   */
  forward(bound: number, p: number, n: number): ForwardSchedule {
    const known = this.#schedules.get(n)?.get(p)?.get(bound);
    if (known !== undefined) return known;
    const schedule = this.#cheapest(bound, p, n);
    const ofDegree = this.#schedules.get(n) ?? new Map<number, Map<number, ForwardSchedule>>();
    const ofPrime = ofDegree.get(p) ?? new Map<number, ForwardSchedule>();
    this.#schedules.set(n, ofDegree.set(p, ofPrime.set(bound, schedule)));
    return schedule;
  }

  /** The same for values that sums of products take: reduced where they are not small. */
  tightForward(bound: number, p: number, n: number): ForwardSchedule {
    const schedule = this.forward(bound, p, n);
    if (schedule.bound <= TIGHT * this.limit(p)) return schedule;
    return { reductions: schedule.reductions | REDUCE_OUTPUT, bound: this.reduced(schedule.bound) };
  }

  #cheapest(bound: number, p: number, n: number): ForwardSchedule {
    const sweeps = Math.floor(Math.log2(n) / 2);
    const masks = Array.from({ length: 2 ** (sweeps - 1) }, (_, mask) => mask * 2).sort((x, y) => weight(x) - weight(y) || y - x);
    for (const reduceInput of [false, true]) {
      for (const mask of masks) {
        const output = this.#forwardOutput(reduceInput ? this.reduced(bound) : bound, p, n, mask);
        if (output + this.reduced(this.limit(p)) < this.limit(p)) {
          return { reductions: reduceInput ? mask | (1 << 31) : mask, bound: output };
        }
      }
    }
    throw new RangeError(`no transform of ${String(n)} values is exact for p = ${String(p)}`);
  }

  /** Bound after a forward transform whose sweeps in `mask` reduce; Infinity when something on the way is not exact. */
  #forwardOutput(input: number, p: number, n: number, mask: number): number {
    let bound = input;
    const sweeps = Math.floor(Math.log2(n) / 2);
    if (Math.log2(n) % 2 === 1) bound += this.constantProduct(bound, p);
    for (let sweep = 0; sweep < sweeps; sweep++) {
      const kept = sweep > 0 && (mask >> sweep) % 2 === 1 ? this.reduced(bound) : bound;
      const last = sweep === sweeps - 1;
      const times = (x: number): number => (last ? this.product(x, 0.5, p) : this.constantProduct(x, p));
      if (!(bound < this.limit(p))) return Infinity;
      const afterFirst = kept + times(bound);
      if (!(afterFirst < this.limit(p))) return Infinity;
      bound = afterFirst + times(afterFirst);
    }
    return bound < this.limit(p) ? bound : Infinity;
  }

  /**
   * Bound after an inverse transform whose input is at most this; Infinity when something on the way is not exact. Sums of four are
   * reduced in every sweep but the first, so that the largest value ever met is a sum of four outputs of a sweep.
   */
  inverse(bound: number, p: number, n: number): number {
    const limit = this.limit(p);
    const pair = 2 * bound;
    if (!(2 * pair < limit)) return Infinity;
    const product = this.product(pair, 0.5, p);
    let worst = Math.max(2 * pair, 2 * product, this.product(2 * pair, 0.5, p), this.product(2 * product, 0.5, p));
    const odd = Math.log2(n) % 2 === 1;
    const sweeps = Math.floor(Math.log2(n) / 2) - (odd ? 1 : 2);
    for (let sweep = 0; sweep < sweeps; sweep++) {
      if (!(4 * worst < limit)) return Infinity;
      const difference = this.constantProduct(2 * worst, p);
      worst = Math.max(
        this.reduced(4 * worst),
        2 * difference,
        this.constantProduct(4 * worst, p),
        this.constantProduct(2 * difference, p),
      );
    }
    const last = odd ? 2 * worst : 4 * worst;
    return last < limit ? this.constantProduct(last, p) : Infinity;
  }

  #afterQuotient(quotient: number, roundings: number): number {
    return 0.5 + quotient * roundings * this.#constants.roundoff * SLACK;
  }
}

function weight(mask: number): number {
  return mask.toString(2).replaceAll('0', '').length;
}
