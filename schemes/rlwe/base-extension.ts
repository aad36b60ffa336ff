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
import { allocatePolynomials, limbsOf } from './ciphertext.ts';
import { inverse, product } from './modular-integers.ts';
import type { Constant, Modulus } from './ntt.ts';
import { MAXIMUM_PRIME_BITS, TransformModulus } from './ntt.ts';
import { isPrime } from './primes.ts';
import type { Pair, Residues } from './ring.ts';

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

/** A polynomial modulo data and auxiliary primes, in transform form. */
interface Extended {
  readonly data: Polynomial;
  readonly auxiliary: Polynomial;
}

export class BfvMultiplier {
  readonly #chain: Chain;
  readonly #auxiliary: TransformModulus[] = [];
  readonly #levels = new Map<number, Extension>();

  constructor(chain: Chain) {
    this.#chain = chain;
  }

  /** The product of two ciphertexts of two polynomials in coefficient form: three polynomials. */
  multiply(a: Ciphertext, b: Ciphertext): Ciphertext {
    const { scratch, ring } = this.#chain;
    const limbs = limbsOf(a);
    const level = this.#level(limbs);
    return scratch.within(() => {
      const left = a.polynomials.map((polynomial) => this.#extend(polynomial, level));
      const right = a === b ? left : b.polynomials.map((polynomial) => this.#extend(polynomial, level));
      const takeProduct = (): Extended => ({
        data: scratch.takeEach(this.#chain.data.slice(0, limbs)),
        auxiliary: scratch.takeEach(level.auxiliary),
      });
      const products = [takeProduct(), takeProduct(), takeProduct()];
      for (const side of ['data', 'auxiliary'] as const) {
        for (let j = 0; j < left[0]![side].length; j++) {
          const pair = (factor: readonly Extended[]): Pair => ({ first: factor[0]![side][j]!, second: factor[1]![side][j]! });
          ring.tensor(pair(left), pair(right), products.map((part) => part[side][j]!) as [Residues, Residues, Residues]);
        }
      }
      const polynomials = allocatePolynomials(this.#chain, limbs, 3);
      for (const [index, target] of polynomials.entries()) scratch.within(() => this.#scaleDown(products[index]!, level, target));
      return { polynomials, scale: 1, correction: 1n };
    });
  }

  /** Coefficients to values modulo all primes. */
  #extend(polynomial: Polynomial, level: Extension): Extended {
    const { scratch, ring } = this.#chain;
    const data = scratch.takeEach(polynomial.map(({ modulus }) => modulus));
    const auxiliary = scratch.takeEach(level.auxiliary);
    scratch.within(() => this.#convert(polynomial, level.toAuxiliary, auxiliary));
    for (const [j, residues] of polynomial.entries()) ring.forward(residues, data[j]!);
    for (const residues of auxiliary) ring.forward(residues, residues);
    return { data, auxiliary };
  }

  /** target = round(t X / q). */
  #scaleDown(x: Extended, level: Extension, target: Polynomial): void {
    const { scratch, ring } = this.#chain;
    for (const residues of [...x.data, ...x.auxiliary]) ring.inverse(residues, residues);
    for (const [i, residues] of x.data.entries()) ring.scale(residues, residues, level.plainOfData[i]!);
    const remainder = scratch.takeEach(level.auxiliary);
    this.#convert(x.data, level.toAuxiliary, remainder);
    for (const [j, residues] of x.auxiliary.entries()) {
      ring.scale(residues, residues, level.plainOfAuxiliary[j]!);
      ring.subtractMultiply(residues, remainder[j]!, level.inverseOfData[j]!, residues);
    }
    this.#convert(x.auxiliary, level.toData, target);
  }

  /** The centred number modulo other primes. Exact but for numbers within 2^-40 of half the product, which come out one product off. */
  #convert(source: Polynomial, { parts, factors }: Conversion, target: Polynomial): void {
    const { scratch, ring } = this.#chain;
    const ys = source.map((residues, i) => {
      const y = scratch.take(residues.modulus);
      ring.scale(residues, y, parts[i]!);
      return y;
    });
    const quotient = scratch.take(source[0]!.modulus);
    ring.quotient(ys, quotient);
    for (const [j, residues] of target.entries()) ring.combine([...ys, quotient], factors[j]!, residues);
  }

  #level(limbs: number): Extension {
    let level = this.#levels.get(limbs);
    if (level === undefined) {
      level = this.#makeLevel(limbs);
      this.#levels.set(limbs, level);
    }
    return level;
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
