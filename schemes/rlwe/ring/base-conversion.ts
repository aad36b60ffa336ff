/**
 * Centred whole numbers modulo the product of some primes, taken to other moduli (Halevi, Polyakov, Shoup, CT-RSA 2019, section 2).
 *
 * With D the product of the primes q_i: y_i = [x (D/q_i)^-1] mod q_i and v = nearest(sum y_i / q_i) give x = sum y_i (D/q_i) - v D. The
 * result is exact but for numbers within 2^-40 of half the product, which may come out one product off. A number modulo a single prime is
 * its centred residue.
 *
 * @module
 */
import { inverse, product } from '../numbers/modular-integers.ts';
import type { Constant, Modulus } from './ntt.ts';
import type { Residues } from './residues.ts';
import type { Ring } from './ring.ts';
import type { Scratch } from './scratch.ts';
import { combine, quotient } from './sums.ts';

/** Tables of a conversion from some primes; those to another modulus are made when it is first needed. */
export class BaseConversion {
  readonly from: readonly Modulus[];
  /** The product of the primes. */
  readonly whole: bigint;
  readonly #factor: bigint;
  /** (D / q_i)^-1 modulo q_i, times the factor. */
  readonly #parts: readonly Constant[];
  readonly #factors = new Map<Modulus, readonly Constant[]>();
  readonly #residues = new Map<Modulus, Constant>();
  readonly #inverses = new Map<Modulus, Constant>();

  /** `factor`: what numbers are multiplied by modulo D, and what the result is divided by. */
  constructor(from: readonly Modulus[], factor = 1n) {
    this.from = from;
    this.#factor = factor;
    this.whole = product(from.map(({ value }) => value));
    this.#parts = from.map((modulus) => modulus.constant(factor * inverse(this.whole / modulus.value, modulus.value)));
  }

  get #isPlain(): boolean {
    return this.from.length === 1 && this.#factor === 1n;
  }

  /** Room for the terms of a number whose residues are these coefficients, in scratch; of a single prime they are the residues. */
  takeTerms(scratch: Scratch, coefficients: readonly Residues[]): readonly Residues[] {
    if (this.#isPlain) return coefficients;
    return [...scratch.takeEach(this.from), scratch.take(this.from[0]!)];
  }

  /** Writes y_i and v to where `takeTerms` made room. */
  findTerms(ring: Ring, coefficients: readonly Residues[], terms: readonly Residues[]): void {
    if (this.#isPlain) return;
    for (const [i, residues] of coefficients.entries()) ring.scale(residues, terms[i]!, this.#parts[i]!);
    this.findQuotient(ring, terms);
  }

  /** Writes v behind terms y_i that are there already. */
  findQuotient(ring: Ring, terms: readonly Residues[]): void {
    quotient(ring, terms.slice(0, -1), terms.at(-1)!);
  }

  /** The number as coefficients that arithmetic modulo the target's modulus can take: in `target`, or the single residues themselves. */
  convert(ring: Ring, terms: readonly Residues[], target: Residues): Residues {
    if (this.#isPlain) return terms[0]!;
    combine(ring, terms, this.#factorsTo(target.modulus), target);
    return target;
  }

  /** The product of the primes modulo another. */
  wholeModulo(modulus: Modulus): Constant {
    return remember(this.#residues, modulus, () => modulus.constant(this.whole));
  }

  /** Its inverse. */
  inverseModulo(modulus: Modulus): Constant {
    return remember(this.#inverses, modulus, () => modulus.constant(inverse(this.whole, modulus.value)));
  }

  /** D / q_i for each i, then -D. */
  #factorsTo(modulus: Modulus): readonly Constant[] {
    return remember(this.#factors, modulus, () => {
      const divided = inverse(this.#factor, modulus.value);
      const parts = this.from.map(({ value }) => modulus.constant((this.whole / value) * divided));
      return [...parts, modulus.constant(-this.whole * divided)];
    });
  }
}

function remember<T>(known: Map<Modulus, T>, modulus: Modulus, make: () => T): T {
  const before = known.get(modulus);
  if (before !== undefined) return before;
  const made = make();
  known.set(modulus, made);
  return made;
}
