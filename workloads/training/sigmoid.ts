/**
 * Odd polynomials in the place of the sigmoid.
 *
 * @module
 */

export const DEGREES = [3, 5, 7] as const;
export type Degree = (typeof DEGREES)[number];

/** 1/2 plus an odd polynomial, for scores of at most `interval` in magnitude. */
export interface SigmoidPolynomial {
  readonly degree: Degree;
  readonly interval: number;
  /** Of z, z^3, z^5, ... */
  readonly coefficients: readonly number[];
  /** Largest distance from the sigmoid on the interval. */
  readonly greatestError: number;
}

/** Points at which squares are summed and errors are looked for. */
const POINTS = 4096;

export function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

/**
 * The polynomial of least squares on [-interval, interval], as Kim et al. take it ("Secure Logistic Regression Based on Homomorphic
 * Encryption", JMIR Med Inform 2018): on [-8, 8] and with degree 3 it is 1/2 + 0.15 z - 0.0016 z^3.
 */
export function fitSigmoid(degree: Degree, interval: number): SigmoidPolynomial {
  const powers = Array.from({ length: (degree + 1) / 2 }, (_, index) => 2 * index + 1);
  const points = Array.from({ length: POINTS }, (_, index) => (index + 1 / 2) / POINTS);
  const sums = powers.map((a) => powers.map((b) => points.reduce((sum, u) => sum + u ** (a + b), 0)));
  const wanted = powers.map((a) => points.reduce((sum, u) => sum + u ** a * (sigmoid(interval * u) - 1 / 2), 0));
  const scaled = solve(sums, wanted);
  const coefficients = scaled.map((value, index) => value / interval ** powers[index]!);
  const polynomial = { degree, interval, coefficients, greatestError: 0 };
  const errors = points.map((u) => Math.abs(sigmoid(interval * u) - evaluate(polynomial, interval * u)));
  return { ...polynomial, greatestError: Math.max(...errors) };
}

/** The polynomial at z. */
export function evaluate({ coefficients }: Pick<SigmoidPolynomial, 'coefficients'>, z: number): number {
  return 1 / 2 + z * coefficients.reduceRight((sum, coefficient) => sum * z * z + coefficient, 0);
}

/** Gaussian elimination of a few positive definite equations. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at]!]);
  for (const [at, pivot] of rows.entries()) {
    for (const [other, row] of rows.entries()) {
      if (other === at) continue;
      const factor = row[at]! / pivot[at]!;
      for (let column = at; column < row.length; column++) row[column]! -= factor * pivot[column]!;
    }
  }
  return rows.map((row, at) => row.at(-1)! / row[at]!);
}

/**
 * The polynomial as circuits compute it, of scores times `scale`: z * M(z^2) is `factor` times the polynomial without its 1/2, where M has
 * the leading coefficient 1. So no product with a plaintext is needed.
 */
export interface MonicSigmoid {
  readonly scale: number;
  readonly factor: number;
  /** Of M, the constant first; the leading 1 is left out. */
  readonly monic: readonly number[];
}

export function monicSigmoid({ degree, coefficients }: SigmoidPolynomial): MonicSigmoid {
  const leading = coefficients.at(-1)!;
  const scale = Math.abs(leading) ** (1 / (degree - 1));
  const sign = Math.sign(leading);
  return {
    scale,
    factor: sign * scale,
    monic: coefficients.slice(0, -1).map((coefficient, index) => (sign * coefficient) / scale ** (2 * index)),
  };
}
