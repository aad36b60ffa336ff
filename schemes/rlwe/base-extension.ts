/**
 * BFV's product: round(t/q * a b) over whole numbers, by extending both factors to auxiliary primes that hold the tensor product (Halevi,
 * Polyakov, Shoup, CT-RSA 2019).
 *
 * With X the tensor product modulo q B: r = [t X]_q centred, and (t X - r) / q is the result, known modulo the auxiliary primes, and from
 * there taken back to q.
 *
 * @module
 */
import type { Chain } from './chain.ts';
import type { Ciphertext, Polynomial } from './ciphertext.ts';
import { allocatePolynomials, limbsOf, twoOf } from './ciphertext.ts';
import { inverse, product } from './modular-integers.ts';
import type { Constant, Modulus } from './ntt.ts';
import { MAXIMUM_PRIME_BITS, TransformModulus } from './ntt.ts';
import { isPrime } from './primes.ts';
import type { Residues } from './ring.ts';

/** From residues modulo some primes to residues modulo others, for centred numbers. */
interface Conversion {
  /** (q / q_i)^-1 modulo q_i. */
  readonly parts: readonly Constant[];
  /** By target prime: q / q_i for each i, then -q. */
  readonly factors: readonly (readonly Constant[])[];
}

/** What one level needs. */
interface Extension {
  readonly auxiliary: readonly TransformModulus[];
  readonly toAuxiliary: Conversion;
  readonly toData: Conversion;
  /** t modulo every data prime, and every auxiliary prime. */
  readonly plainOfData: readonly Constant[];
  readonly plainOfAuxiliary: readonly Constant[];
  /** q^-1 modulo every auxiliary prime. */
  readonly inverseOfData: readonly Constant[];
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
    return chain.scratch.within(() => {
      const factors = a === b ? [...twoOf(a)] : [...twoOf(a), ...twoOf(b)];
      const extended: Polynomial[] = factors.map(() => chain.scratch.takeEach(moduli));
      chain.together(factors, (polynomial, at) => this.#extend(polynomial, level, extended[at]!));
      const [a0, a1, b0, b1] = (a === b ? [...extended, ...extended] : extended) as [Polynomial, Polynomial, Polynomial, Polynomial];
      const products: Polynomial[] = [0, 1, 2].map(() => chain.scratch.takeEach(moduli));
      chain.together(moduli, (_, j) => {
        const target = products.map((part) => part[j]!) as [Residues, Residues, Residues];
        chain.ring.tensor({ first: a0[j]!, second: a1[j]! }, { first: b0[j]!, second: b1[j]! }, target);
        for (const residues of target) chain.ring.inverse(residues, residues);
      });
      const polynomials = allocatePolynomials(chain, limbs, 3);
      this.#scaleDown(products, level, polynomials);
      return { polynomials, scale: 1, correction: 1n };
    });
  }

  /** Coefficients to values modulo all primes. */
  #extend(polynomial: Polynomial, level: Extension, target: Polynomial): void {
    const { ring } = this.#chain;
    const auxiliary = target.slice(polynomial.length);
    const begun = this.#begin(polynomial, level.toAuxiliary);
    for (const [j, residues] of auxiliary.entries()) this.#convert(begun, level.toAuxiliary, j, residues);
    for (const [j, residues] of polynomial.entries()) ring.forward(residues, target[j]!);
    for (const residues of auxiliary) ring.forward(residues, residues);
  }

  /** targets = round(t X / q), for coefficients X modulo data and auxiliary primes, which are overwritten. */
  #scaleDown(xs: readonly Polynomial[], level: Extension, targets: readonly Polynomial[]): void {
    const chain = this.#chain;
    const { ring } = chain;
    const limbs = targets[0]!.length;
    const sides = xs.map((x, at) => ({ data: x.slice(0, limbs), auxiliary: x.slice(limbs), target: targets[at]! }));
    for (const { data } of sides) chain.together(data, (residues, i) => ring.scale(residues, residues, level.plainOfData[i]!));
    const remainders = this.#beginEach(
      sides.map(({ data }) => data),
      level.toAuxiliary,
    );
    const quotients = sides.flatMap(({ auxiliary }, at) => auxiliary.map((residues, j) => ({ residues, j, remainder: remainders[at]! })));
    chain.together(quotients, ({ residues, j, remainder }) => {
      const part = chain.scratch.take(residues.modulus);
      this.#convert(remainder, level.toAuxiliary, j, part);
      ring.scale(residues, residues, level.plainOfAuxiliary[j]!);
      ring.subtractMultiply(residues, part, level.inverseOfData[j]!, residues);
    });
    const results = this.#beginEach(
      sides.map(({ auxiliary }) => auxiliary),
      level.toData,
    );
    const parts = sides.flatMap(({ target }, at) => target.map((residues, j) => ({ residues, j, result: results[at]! })));
    chain.together(parts, ({ residues, j, result }) => this.#convert(result, level.toData, j, residues));
  }

  #beginEach(sources: readonly Polynomial[], conversion: Conversion): readonly Polynomial[] {
    const rooms = sources.map((source) => this.#room(source));
    this.#chain.together(sources, (source, at) => this.#begin(source, conversion, rooms[at]));
    return rooms;
  }

  #room(source: Polynomial): Polynomial {
    return this.#chain.scratch.takeEach([...source.map(({ modulus }) => modulus), source[0]!.modulus]);
  }

  /** What a conversion to any prime sums: y_i, and how often the product of the primes passes. */
  #begin(source: Polynomial, { parts }: Conversion, room = this.#room(source)): Polynomial {
    const { ring } = this.#chain;
    const ys = room.slice(0, -1);
    for (const [i, residues] of source.entries()) ring.scale(residues, ys[i]!, parts[i]!);
    ring.quotient(ys, room.at(-1)!);
    return room;
  }

  /** The centred number modulo another prime. Exact but for numbers within 2^-40 of half the product, which come out one product off. */
  #convert(begun: Polynomial, { factors }: Conversion, j: number, target: Residues): void {
    this.#chain.ring.combine(begun, factors[j]!, target);
  }

  #makeLevel(limbs: number): Extension {
    const { n } = this.#chain;
    const data = this.#chain.data.slice(0, limbs);
    const q = product(data.map(({ value }) => value));
    const t = this.#chain.plain!.value;
    // The tensor product's middle part is at most 2 n (q/2)^2; times t / q, and again as much for the sign and roundings.
    let auxiliary: TransformModulus[] = [];
    for (let count = 1; product(auxiliary.map(({ value }) => value)) < 4n * t * BigInt(n) * q; count++) auxiliary = this.#primes(count);
    return {
      auxiliary,
      toAuxiliary: conversion(data, auxiliary),
      toData: conversion(auxiliary, data),
      plainOfData: data.map((modulus) => modulus.constant(t)),
      plainOfAuxiliary: auxiliary.map((modulus) => modulus.constant(t)),
      inverseOfData: auxiliary.map((modulus) => modulus.constant(inverse(q, modulus.value))),
    };
  }

  /** The largest transform primes that are not in the chain. */
  #primes(count: number): TransformModulus[] {
    const { n, arena, kernel } = this.#chain;
    const taken = [...this.#chain.all, ...this.#auxiliary].map(({ value }) => value);
    const step = BigInt(2 * n);
    const least = this.#auxiliary.reduce((lowest, { value }) => (value < lowest ? value : lowest), 2n ** BigInt(MAXIMUM_PRIME_BITS) + 1n);
    let candidate = least - step;
    for (; this.#auxiliary.length < count; candidate -= step) {
      if (isPrime(candidate) && !taken.includes(candidate)) this.#auxiliary.push(new TransformModulus(candidate, n, arena, kernel));
    }
    return this.#auxiliary.slice(0, count);
  }
}

function conversion(from: readonly Modulus[], to: readonly Modulus[]): Conversion {
  const whole = product(from.map(({ value }) => value));
  return {
    parts: from.map((modulus) => modulus.constant(inverse(whole / modulus.value, modulus.value))),
    factors: to.map((modulus) => [...from.map(({ value }) => modulus.constant(whole / value)), modulus.constant(-whole)]),
  };
}
