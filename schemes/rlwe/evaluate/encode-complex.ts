/**
 * Complex slots in the order of powers of 5 to polynomial coefficients, for the matrices of bootstrapping.
 *
 * @module
 */
import { slotsToCoefficients, type ComplexVector } from '../bootstrap/slot-transform.ts';

/**
 * Coefficients times `scale`, rounded to whole numbers. Slots repeat after those given: only every so many coefficients differ from zero.
 *
 * @param degree N
 */
export function encodeComplex(degree: number, values: ComplexVector, scale: number): Float64Array {
  const slots = values.real.length;
  const { real, imaginary } = slotsToCoefficients(values);
  const coefficients = new Float64Array(degree);
  const gap = degree / (2 * slots);
  for (let k = 0; k < slots; k++) {
    coefficients[k * gap] = Math.round(real[k]! * scale);
    coefficients[(k + slots) * gap] = Math.round(imaginary[k]! * scale);
  }
  return coefficients;
}
