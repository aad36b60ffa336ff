/**
 * What stands for an activation function, and how far off it is.
 *
 * @module
 */
import type { LookupTable } from '../../schemes/circuit.ts';
import { type InputQuantisation, quantiseInput } from '../network/quantisation.ts';
import { fixedPoint, valueAt } from '../plan/polynomial/polynomial.ts';
import type { ActivationFunction } from './functions.ts';

/** Points between -1 and 1 at which errors are looked for. */
const ERROR_POINTS = 20_000;

/** Greatest distance from the function of what stands for it, over the inputs that are asked for. */
export function greatestError({ exact, gap }: ActivationFunction, approximation: (u: number) => number): number {
  let greatest = 0;
  for (let at = 0; at <= ERROR_POINTS; at++) {
    const magnitude = gap + ((1 - gap) * at) / ERROR_POINTS;
    for (const u of [-magnitude, magnitude]) greatest = Math.max(greatest, Math.abs(exact(u) - approximation(u)));
  }
  return greatest;
}

/** The polynomial as integer schemes compute it: inputs rounded to steps, coefficients as `fixedPoint` rounds them. */
export function fixedPointApproximation({ polynomial }: ActivationFunction, step: number): (u: number) => number {
  const { integers, exponent } = fixedPoint(polynomial, step);
  return (u) => valueAt(integers, Math.round(u / step)) * step ** exponent;
}

/** The table as integer schemes look it up: inputs rounded to steps, outputs counted in `outputStep`. */
export function tableApproximation(
  { outputs, min, negacyclic }: LookupTable,
  input: InputQuantisation,
  outputStep: number,
): (u: number) => number {
  return (u) => {
    const counted = quantiseInput(Float64Array.of(u), input)[0]!;
    const output = negacyclic ? Number(outputs[0]) * (counted < 0 ? -1 : 1) : Number(outputs[counted - min]);
    return output * outputStep;
  };
}
