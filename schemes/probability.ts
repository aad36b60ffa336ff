/**
 * Chances as logarithms: those that plans promise are far below the smallest double.
 *
 * @module
 */

/** Models of noise say nothing about chances smaller than this. */
export const LEAST_FAILURE_LOG2 = -256;

/** Chebyshev fit to log(erfc), relative error under 1.2e-7 everywhere: Press et al., "Numerical Recipes", section 6.2. */
const LOG_ERFC = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277,
] as const;

/** log2 of the chance that a normal variable passes z standard deviations on either side. */
export function tail_log2(z: number): number {
  const x = z / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const exponent = LOG_ERFC.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  return Math.log2(t) + (exponent - x * x) * Math.LOG2E;
}

/** log2 of a + b, given their logarithms. */
export function addProbabilities_log2(a: number, b: number): number {
  const most = Math.max(a, b);
  return most === -Infinity ? most : most + Math.log2(2 ** (a - most) + 2 ** (b - most));
}
