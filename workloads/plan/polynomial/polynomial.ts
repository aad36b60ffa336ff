/**
 * Polynomials as lists of coefficients, and their fixed-point copies.
 *
 * @module
 */

/** Coefficient i belongs to power i; at least one, and the last of several is not zero. */
export type Polynomial = readonly number[];

export function degreeOf(polynomial: Polynomial): number {
  return polynomial.length - 1;
}

/** Horner's rule. */
export function valueAt(polynomial: Polynomial, x: number): number {
  return polynomial.reduceRight((value, coefficient) => value * x + coefficient, 0);
}

export function product(left: Polynomial, right: Polynomial): Polynomial {
  const result = new Array<number>(left.length + right.length - 1).fill(0);
  for (const [i, a] of left.entries()) for (const [j, b] of right.entries()) result[i + j]! += a * b;
  return result;
}

export function sum(left: Polynomial, right: Polynomial): Polynomial {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, power) => (left[power] ?? 0) + (right[power] ?? 0));
}

/** p(factor * x). */
export function stretched(polynomial: Polynomial, factor: number): Polynomial {
  return polynomial.map((coefficient, power) => coefficient * factor ** power);
}

/** p(x + by), by repeated synthetic division. */
export function shifted(polynomial: Polynomial, by: number): Polynomial {
  const result = [...polynomial];
  for (let first = 0; first < result.length - 1; first++) {
    for (let power = result.length - 2; power >= first; power--) result[power]! += by * result[power + 1]!;
  }
  return result;
}

/** A polynomial over whole numbers: real value = integer value * inputStep^exponent. */
export interface FixedPoint {
  readonly integers: Polynomial;
  readonly exponent: number;
}

/**
 * The polynomial over inputs counted in `inputStep`, such that every summand has the same step: coefficient i takes the powers
 * of the step that x^i lacks. The leading coefficient is rounded to a multiple of `inputStep`, lower ones more finely, so that
 * rounding coefficients costs about what rounding an input costs; a whole leading coefficient is kept as it is.
 * Exact beyond that rounding where `inputStep` is a power of two.
 */
export function fixedPoint(polynomial: Polynomial, inputStep: number): FixedPoint {
  const exponent = degreeOf(polynomial) + (Number.isInteger(polynomial.at(-1)) ? 0 : 1);
  const integers = polynomial.map((coefficient, power) => Math.round(coefficient * inputStep ** (power - exponent)) + 0);
  return { integers, exponent };
}
