/**
 * Key switching: a polynomial is cut into digits, whose inner product with a key lies modulo the data primes and the special primes; a
 * division by the product P of the special primes ends it. With one special prime a digit is the polynomial modulo one data prime (Bajard
 * et al., SAC 2016; SEAL's `switch_key_inplace`), with several it is that modulo as many (Han and Ki, CT-RSA 2020). Digits are centred:
 * half of SEAL's, and of mean zero, so the noise is smaller than SEAL's.
 *
 * Everything until the division is linear, so that sums of switched polynomials share one division.
 *
 * @module
 */
import type { BaseConversion } from '../ring/base-conversion.ts';
import type { Chain } from '../ring/chain.ts';
import type { Ciphertext, Polynomial } from '../ring/ciphertext.ts';
import { allocatePolynomials } from '../ring/ciphertext.ts';
import { dividedCorrection, divideOut, inForm, type Division } from './divide.ts';
import type { SwitchingKey } from '../wire/key-wire.ts';
import { broughtInside, type OutsideKey } from '../wire/outside-keys.ts';
import type { TransformModulus } from '../ring/ntt.ts';
import type { Form, Pair, Residues } from '../ring/residues.ts';
import { innerProduct, type Term } from '../ring/sums.ts';

/** Two polynomials that are not finished: P * addends + sums, modulo the extended level, before the division by P. */
export interface Switched {
  readonly limbs: number;
  /** One pair per prime of the extended level. */
  readonly sums: readonly Pair[];
  /** Whether sums[j] holds anything yet. */
  readonly started: boolean[];
  addends: readonly [Polynomial | null, Polynomial | null];
}

/**
 * Transforms the digits modulo every prime of the extended level, and calls `use` with those of each prime. It may permute digits and what
 * was there before or what `prepare` made, for every prime, but nothing that it writes itself. Digits are scratch and gone with it.
 */
export function eachPrime(
  chain: Chain,
  polynomial: Polynomial,
  use: (j: number, digits: readonly Residues[], modulus: TransformModulus) => void,
  prepare: (j: number, modulus: TransformModulus) => void = () => undefined,
): void {
  const digits = digitsOf(chain, polynomial);
  const primes = chain.extended(polynomial.length).map((modulus, j) => [j, modulus] as const);
  const digitModulo = (i: number, j: number, room: Residues): Residues => transformedDigit(chain, digits[i]!, polynomial, j, room);
  chain.scratch.scoped(() => {
    if (!chain.isSpread) {
      // Digits modulo a prime are used while they are in the cache.
      for (const [j, modulus] of primes) {
        chain.scratch.scoped(() => {
          prepare(j, modulus);
          const transformed = digits.map((_, i) => digitModulo(i, j, chain.scratch.take(modulus)));
          use(j, transformed, modulus);
        });
      }
      return;
    }
    const transformed: Residues[][] = primes.map(([, modulus]) => chain.scratch.takeEach(digits.map(() => modulus)));
    const transforms = primes.flatMap(([j]) => digits.flatMap((digit, i) => (isThere(digit, polynomial, j) ? [] : [[j, i] as const])));
    for (const [j] of primes) {
      for (const [i, digit] of digits.entries()) if (isThere(digit, polynomial, j)) transformed[j]![i] = polynomial[j]!;
    }
    chain.parallelMap(transforms, ([j, i]) => digitModulo(i, j, transformed[j]![i]!));
    chain.parallelMap(primes, ([j, modulus]) => prepare(j, modulus));
    chain.parallelSlices(primes, ([j, modulus]) => use(j, transformed[j]!, modulus));
  });
}

/** Whether a digit modulo prime j is the input itself, in transform form. */
function isThere({ first, coefficients }: Digit, polynomial: Polynomial, j: number): boolean {
  return j >= first && j < first + coefficients.length && polynomial[j]!.form === 'values';
}

/** The polynomial modulo the product of the data primes from `first` on. */
interface Digit {
  readonly first: number;
  readonly conversion: BaseConversion;
  readonly coefficients: readonly Residues[];
  readonly terms: readonly Residues[];
}

function digitsOf(chain: Chain, polynomial: Polynomial): readonly Digit[] {
  const coefficients = inForm(chain, polynomial, 'coefficients');
  let end = 0;
  const digits = chain.digits(polynomial.length).map((conversion): Digit => {
    const first = end;
    end += conversion.from.length;
    const own = coefficients.slice(first, end);
    return { first, conversion, coefficients: own, terms: conversion.takeTerms(chain.scratch, own) };
  });
  if (chain.specials.length > 1)
    chain.parallelMap(digits, ({ conversion, coefficients, terms }) => conversion.findTerms(chain.ring, coefficients, terms));
  return digits;
}

/** A digit modulo prime j, in transform form. */
function transformedDigit({ ring }: Chain, digit: Digit, polynomial: Polynomial, j: number, room: Residues): Residues {
  if (isThere(digit, polynomial, j)) return polynomial[j]!;
  const { first, conversion, coefficients, terms } = digit;
  ring.forward(coefficients[j - first] ?? conversion.convert(ring, terms, room), room, true);
  return room;
}

/** Room for a sum of switched polynomials, in scratch. */
export function beginSwitch(chain: Chain, limbs: number): Switched {
  const sums = chain.extended(limbs).map((modulus) => ({ first: chain.scratch.take(modulus), second: chain.scratch.take(modulus) }));
  return { limbs, sums, started: sums.map(() => false), addends: [null, null] };
}

/** sums[j] += inner product of digits with a key, through X -> X^element. */
export function addInnerProduct(
  chain: Chain,
  into: Switched,
  j: number,
  digits: readonly Residues[],
  key: EvaluatorKey,
  element = 1,
): void {
  productWithKey(chain, { digits, j, limbs: into.limbs }, key, into.sums[j]!, into.started[j]!, element);
  into.started[j] = true;
}

/** A key in wasm memory, or outside of it. */
export type EvaluatorKey = SwitchingKey | OutsideKey;

/** All digits of a level of so many limbs, modulo prime j of its extended level. */
export interface LevelDigits {
  readonly digits: readonly Residues[];
  readonly j: number;
  readonly limbs: number;
}

/** target (+)= inner product of digits with a key, through X -> X^element. */
export function productWithKey(
  chain: Chain,
  { digits, j, limbs }: LevelDigits,
  key: EvaluatorKey,
  target: Pair,
  accumulate: boolean,
  element: number,
): void {
  if (limbs > key.limbs) throw new Error(`a key kept for ${key.limbs} primes is used at ${limbs}`);
  const at = j < limbs ? j : key.limbs + (j - limbs);
  chain.scratch.scoped(() => {
    const pairOf = (i: number): Pair => ('pairs' in key ? key.pairs[i]![at]! : broughtInside(chain, key, i, at));
    const terms = digits.map((digit, i): Term => ({ digit, ...pairOf(i) }));
    innerProduct(chain.ring, terms, target, accumulate, element);
  });
}

/** Divides by P, and by the last data prime as well where `rescale` says so. New polynomials. */
export function finishSwitch(chain: Chain, switched: Switched, form: Form, rescale: boolean): Polynomial[] {
  const { limbs } = switched;
  if (rescale && chain.scheme === 'ckks') return finishRescaled(chain, switched);
  return chain.scratch.scoped(() => {
    const polynomials = allocatePolynomials(chain, limbs, 2);
    const divisions = (['first', 'second'] as const).map((half, index) => divisionOf(chain, switched, half, form, polynomials[index]!));
    divideOut(chain, divisions, form);
    if (!rescale) return polynomials;
    const divided = allocatePolynomials(chain, limbs - 1, 2);
    const again = divided.map((target, index): Division => {
      const polynomial = polynomials[index]!;
      return { divisors: [polynomial[limbs - 1]!], rest: polynomial.slice(0, limbs - 1), addend: null, target };
    });
    divideOut(chain, again, form);
    for (const residues of polynomials.flat()) chain.ring.release(residues);
    return divided;
  });
}

/**
 * Divides the second half alone, into `target`: the first can wait, as it is only permuted and added on, modulo the special primes too.
 */
export function finishSecond(chain: Chain, switched: Switched, form: Form, target: Polynomial): void {
  chain.scratch.scoped(() => divideOut(chain, [divisionOf(chain, switched, 'second', form, target)], form));
}

function divisionOf(chain: Chain, { limbs, sums, addends }: Switched, half: keyof Pair, form: Form, target: Polynomial): Division {
  const residues = sums.map((pair) => pair[half]);
  const addend = addends[half === 'first' ? 0 : 1];
  return { divisors: residues.slice(limbs), rest: residues.slice(0, limbs), addend: addend && inForm(chain, addend, form), target };
}

/**
 * Division by P q at once, q the last data prime, in transform form: with x = sums + P addends and its remainders r modulo P and
 * u = (x - r) / P modulo q, the remainder modulo P q is r + P u. Saves the transforms of an intermediate result at the higher level.
 */
function finishRescaled(chain: Chain, { limbs, sums, addends }: Switched): Polynomial[] {
  const { ring, scratch, special } = chain;
  const last = limbs - 1;
  const divisor = chain.data[last]!;
  const polynomials = allocatePolynomials(chain, last, 2);
  scratch.scoped(() => {
    const addMultiple = (addend: Polynomial | null, sum: Residues, j: number): void => {
      if (addend !== null) ring.addMultiple(sum, addend[j]!, special.wholeModulo(sum.modulus), sum);
    };
    const halves = polynomials.map((target, index) => {
      const residues = sums.map((pair) => (index === 0 ? pair.first : pair.second));
      const coefficients = scratch.takeEach(special.from);
      const remainder = special.takeTerms(scratch, coefficients);
      return { target, addend: addends[index] ?? null, residues, coefficients, remainder, upper: scratch.take(divisor) };
    });
    chain.parallelMap(halves, ({ addend, residues, coefficients, remainder, upper }) => {
      addMultiple(addend, residues[last]!, last);
      for (const [i, room] of coefficients.entries()) ring.inverse(residues[limbs + i]!, room);
      special.findTerms(ring, coefficients, remainder);
      ring.inverse(residues[last]!, upper);
      const part = scratch.take(divisor);
      ring.reduce(special.convert(ring, remainder, part), part);
      ring.subtractMultiply(upper, part, special.inverseModulo(divisor), upper);
    });
    const parts = halves.flatMap((half) => half.target.map((out, j) => ({ ...half, out, j })));
    chain.parallelMap(parts, ({ addend, residues, remainder, upper, out, j }) => {
      addMultiple(addend, residues[j]!, j);
      const whole = scratch.take(out.modulus);
      ring.addMultiple(special.convert(ring, remainder, whole), upper, special.wholeModulo(out.modulus), whole);
      ring.forward(whole, whole);
      ring.subtractMultiply(residues[j]!, whole, chain.inverseWithSpecial(divisor, out.modulus), out);
    });
  });
  return polynomials;
}

/** What becomes of a ciphertext's bookkeeping when `finishSwitch` rescales: scale is the caller's. */
export function switchedCiphertext(
  chain: Chain,
  polynomials: Polynomial[],
  source: Ciphertext,
  scale: number,
  rescale: boolean,
): Ciphertext {
  const limbs = source.polynomials[0]!.length;
  const correction = rescale ? dividedCorrection(chain, source.correction, chain.data[limbs - 1]!) : source.correction;
  return { polynomials, scale, correction };
}
