/**
 * The range of a polynomial on an interval: bounds that hold for every input, not only for sampled ones.
 *
 * On each of many cells the polynomial is written in the Bernstein basis; its values lie between its least and greatest Bernstein
 * coefficient (Cargo and Shisha, "The Bernstein form of a polynomial", J. Res. NBS 70B, 1966). The bound exceeds the range by
 * an amount that falls with the square of the cell's width.
 *
 * @module
 */
import { degreeOf, type Polynomial, shifted } from './polynomial.ts';
import type { Interval } from '../range.ts';

const CELLS = 256;

/**
 * An interval that holds every value on `input`, widened by the rounding of float64 here and in any reasonable order of
 * evaluation (Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., section 5.1).
 */
export function polynomialRange(polynomial: Polynomial, input: Interval): Interval {
  const degree = degreeOf(polynomial);
  const width = (input.max - input.min) / CELLS;
  let min = Infinity;
  let max = -Infinity;
  for (let cell = 0; cell < CELLS; cell++) {
    for (const coefficient of bernsteinCoefficients(shifted(polynomial, input.min + cell * width), width)) {
      min = Math.min(min, coefficient);
      max = Math.max(max, coefficient);
    }
  }
  const largest = Math.max(Math.abs(input.min), Math.abs(input.max));
  const magnitude = polynomial.reduceRight((bound, coefficient) => bound * largest + Math.abs(coefficient), 0);
  const rounding = 8 * (degree + 1) * Number.EPSILON * magnitude;
  return { min: min - rounding, max: max + rounding };
}

/** Of p(t) on [0, width]: coefficient j is the sum over k <= j of C(j, k) / C(degree, k) * p[k] * width^k. */
function bernsteinCoefficients(polynomial: Polynomial, width: number): number[] {
  const degree = degreeOf(polynomial);
  return polynomial.map((_, at) => {
    let sum = 0;
    let factor = 1;
    for (let power = 0; power <= at; power++) {
      sum += factor * polynomial[power]!;
      factor *= (width * (at - power)) / (degree - power || 1);
    }
    return sum;
  });
}
