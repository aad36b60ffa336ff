/**
 * BFV's product: round(t/q * a b) over whole numbers, by extending both factors to auxiliary primes that hold the tensor product (Halevi,
 * Polyakov, Shoup, CT-RSA 2019).
 *
 * With X the tensor product modulo q B: r = [t X]_q centred, and (t X - r) / q is the result, known modulo the auxiliary primes, and from
 * there taken back to q.
 *
 * @module
 */
import { BaseConversion } from '../ring/base-conversion.ts';
import type { Chain } from '../ring/chain.ts';
import type { Ciphertext, Polynomial } from '../ring/ciphertext.ts';
import { allocatePolynomials, limbsOf, twoOf } from '../ring/ciphertext.ts';
import { inverse, product } from '../numbers/modular-integers.ts';
import type { Constant } from '../ring/ntt.ts';
import { MAXIMUM_PRIME_BITS, TransformModulus } from '../ring/ntt.ts';
import { isPrime } from '../numbers/primes.ts';
import type { Residues } from '../ring/residues.ts';

/** Tables for products at one level. */
interface Extension {
  readonly auxiliary: readonly TransformModulus[];
  readonly toAuxiliary: BaseConversion;
  /** r / t modulo every auxiliary prime, from X modulo the data primes. */
  readonly remainder: BaseConversion;
  /** t / q times the part of an auxiliary prime, modulo it. */
  readonly quotients: readonly Constant[];
  readonly toData: BaseConversion;
}

export class BfvMultiplier {
  readonly #chain: Chain;
  readonly #auxiliary: TransformModulus[] = [];
  readonly #levels = new Map<number, Extension>();

  constructor(chain: Chain) {
    this.#chain = chain;
  }

  /** Makes the tables for products of so many data primes. */
  prepare(limbs: number): void {
    if (!this.#levels.has(limbs)) this.#levels.set(limbs, this.#makeLevel(limbs));
  }

  /** The product of two ciphertexts of two polynomials in coefficient form: three polynomials. Its level is prepared. */
  multiply(a: Ciphertext, b: Ciphertext): Ciphertext {
    const chain = this.#chain;
    const limbs = limbsOf(a);
    const level = this.#levels.get(limbs);
    if (level === undefined) throw new Error(`products of ${limbs} primes were not prepared`);
    const moduli = [...chain.data.slice(0, limbs), ...level.auxiliary];
    return chain.scratch.scoped(() => {
      const factors = a === b ? [...twoOf(a)] : [...twoOf(a), ...twoOf(b)];
      const extended: Polynomial[] = factors.map(() => chain.scratch.takeEach(moduli));
      chain.parallelMap(factors, (polynomial, at) => this.#extend(polynomial, level, extended[at]!));
      const [a0, a1, b0, b1] = (a === b ? [...extended, ...extended] : extended) as [Polynomial, Polynomial, Polynomial, Polynomial];
      const products: Polynomial[] = [0, 1, 2].map(() => chain.scratch.takeEach(moduli));
      chain.parallelMap(moduli, (_, j) => {
        const target = products.map((part) => part[j]!) as [Residues, Residues, Residues];
        chain.ring.tensor({ first: a0[j]!, second: a1[j]! }, { first: b0[j]!, second: b1[j]! }, target);
        for (const residues of target) chain.ring.inverse(residues, residues);
      });
      const polynomials = allocatePolynomials(chain, limbs, 3);
      chain.nestedParallelMap(products, (x, at) => this.#scaleDown(x, level, polynomials[at]!));
      return { polynomials, scale: 1, correction: 1n };
    });
  }

  /** Coefficients to values modulo all primes. */
  #extend(polynomial: Polynomial, { toAuxiliary }: Extension, target: Polynomial): void {
    const { ring } = this.#chain;
    const auxiliary = target.slice(polynomial.length);
    const terms = this.#terms(polynomial, toAuxiliary);
    const extended = auxiliary.map((residues) => toAuxiliary.convert(ring, terms, residues));
    for (const [j, residues] of polynomial.entries()) ring.forward(residues, target[j]!);
    for (const [j, residues] of extended.entries()) ring.forward(residues, auxiliary[j]!);
  }

  /** target = round(t X / q), for coefficients X modulo data and auxiliary primes, which are overwritten. */
  #scaleDown(x: Polynomial, { remainder, quotients, toData }: Extension, target: Polynomial): void {
    const chain = this.#chain;
    const { ring } = chain;
    const auxiliary = x.slice(target.length);
    const terms = this.#terms(x.slice(0, target.length), remainder);
    chain.parallelMap(auxiliary, (residues, j) => {
      const part = chain.scratch.take(residues.modulus);
      remainder.convert(ring, terms, part);
      ring.subtractMultiply(residues, part, quotients[j]!, residues);
    });
    // `quotients` made them the terms y_i already. There are several: they hold more than a prime of 50 bits.
    const parts = [...auxiliary, chain.scratch.take(auxiliary[0]!.modulus)];
    toData.findQuotient(ring, parts);
    chain.parallelMap(target, (residues) => toData.convert(ring, parts, residues));
  }

  #terms(source: Polynomial, conversion: BaseConversion): readonly Residues[] {
    const { scratch, ring } = this.#chain;
    const terms = conversion.takeTerms(scratch, source);
    conversion.findTerms(ring, source, terms);
    return terms;
  }

  #makeLevel(limbs: number): Extension {
    const { n } = this.#chain;
    const data = this.#chain.data.slice(0, limbs);
    const q = product(data.map(({ value }) => value));
    const t = this.#chain.plain!.value;
    // The tensor product's middle part is at most 2 n (q/2)^2; times t / q, and again as much for the sign and roundings.
    let auxiliary: TransformModulus[] = [];
    for (let count = 1; product(auxiliary.map(({ value }) => value)) < 4n * t * BigInt(n) * q; count++) auxiliary = this.#primes(count);
    const ofAuxiliary = product(auxiliary.map(({ value }) => value));
    return {
      auxiliary,
      toAuxiliary: new BaseConversion(data),
      remainder: new BaseConversion(data, t),
      quotients: auxiliary.map((modulus) => {
        const { value } = modulus;
        return modulus.constant(t * inverse(q * (ofAuxiliary / value), value));
      }),
      toData: new BaseConversion(auxiliary),
    };
  }

  /** The largest transform primes that are not in the chain, nor the plaintext prime, by which remainders are divided. */
  #primes(count: number): TransformModulus[] {
    const { n, arena, kernel, all, plain } = this.#chain;
    const taken = [...all, plain!, ...this.#auxiliary].map(({ value }) => value);
    const step = BigInt(2 * n);
    const least = this.#auxiliary.reduce((lowest, { value }) => (value < lowest ? value : lowest), 2n ** BigInt(MAXIMUM_PRIME_BITS) + 1n);
    let candidate = least - step;
    for (; this.#auxiliary.length < count; candidate -= step) {
      if (isPrime(candidate) && !taken.includes(candidate)) this.#auxiliary.push(new TransformModulus(candidate, n, arena, kernel));
    }
    return this.#auxiliary.slice(0, count);
  }
}
