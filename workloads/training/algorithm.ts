/**
 * How a gradient is computed, whoever computes it: what an encrypted training is held to.
 *
 * @module
 */
import type { LabelledRows } from './data/samples.ts';
import type { Batch } from './descent.ts';
import { gradientOf, type Activation } from './logistic-regression.ts';
import { evaluate, sigmoid, type SigmoidPolynomial } from './sigmoid.ts';

export interface Algorithm {
  /** Sum over the batch at these weights. */
  readonly gradient: (weights: Float64Array, batch: Batch) => Float64Array;
  readonly activation: Activation;
  /** What stands for the sigmoid; null: the sigmoid itself. */
  readonly polynomial: SigmoidPolynomial | null;
  /** Where numbers are whole; null: they are real. */
  readonly fixedPoint: FixedPoint | null;
}

export function polynomialAlgorithm(data: LabelledRows, polynomial: SigmoidPolynomial): Algorithm {
  const activation: Activation = (score) => evaluate(polynomial, score);
  return { gradient: (weights, batch) => gradientOf(data, batch, weights, activation), activation, polynomial, fixedPoint: null };
}

export function sigmoidAlgorithm(data: LabelledRows): Algorithm {
  return {
    gradient: (weights, batch) => gradientOf(data, batch, weights, sigmoid),
    activation: sigmoid,
    polynomial: null,
    fixedPoint: null,
  };
}

/** Fraction bits of what whole numbers stand for. */
export interface FixedPoint {
  readonly feature: number;
  readonly weight: number;
  readonly error: number;
}

export function quantise(value: number, bits: number): number {
  return Math.round(value * 2 ** bits);
}

/** The error of a sample as it is sent: from its counted score. */
export function quantisedError(score: number, label: number, { feature, weight, error }: FixedPoint): number {
  return quantise(sigmoid(score / 2 ** (feature + weight)) - label, error);
}

/** The real gradient that a counted one stands for. */
export function dequantised(gradient: Float64Array, { feature, error }: FixedPoint): Float64Array {
  return gradient.map((count) => count / 2 ** (feature + error));
}

/**
 * The polynomial of degree 3 in whole numbers, as exact schemes can compute it: of scores Z counted in 2^-(feature + weight),
 * Z (Z^2 - linear) - target is `perError` times the error, and nothing is rounded on the way.
 */
export interface CountedCubic {
  readonly linear: number;
  readonly perError: number;
  /** By label. */
  readonly targets: readonly [number, number];
}

/** @param polynomial of degree 3 */
export function countedCubic(
  { coefficients }: SigmoidPolynomial,
  { feature, weight }: Pick<FixedPoint, 'feature' | 'weight'>,
): CountedCubic {
  const [first, third] = coefficients as readonly [number, number];
  const perScore = 2 ** (feature + weight);
  const perError = perScore ** 3 / third;
  const target = (label: 0 | 1): number => Math.round(perError * (label - 1 / 2));
  return { linear: Math.round((-first / third) * perScore ** 2), perError, targets: [target(0), target(1)] };
}

/** Features and weights as whole numbers, and the polynomial of degree 3 between them exactly. */
export function cubicAlgorithm({ rows, labels }: LabelledRows, polynomial: SigmoidPolynomial, bits: FixedPoint): Algorithm {
  const counted = rows.map((row) => row.map((value) => quantise(value, bits.feature)));
  const { linear, perError, targets } = countedCubic(polynomial, bits);
  return {
    activation: (score) => evaluate(polynomial, score),
    polynomial,
    fixedPoint: bits,
    gradient(weights, { first, count }) {
      const w = weights.map((value) => quantise(value, bits.weight));
      // Sums of many samples may pass what a double holds.
      const sums = Array.from(weights, () => 0n);
      for (let sample = first; sample < first + count; sample++) {
        const x = counted[sample]!;
        let score = 0;
        for (let at = 0; at < x.length; at++) score += x[at]! * w[at]!;
        const error = BigInt(score) * BigInt(score ** 2 - linear) - BigInt(targets[labels[sample] as 0 | 1]);
        for (let at = 0; at < x.length; at++) sums[at]! += error * BigInt(x[at]!);
      }
      return Float64Array.from(sums, (sum) => realGradient(sum, perError, bits));
    },
  };
}

/** The real gradient that a sum of counted errors times counted features stands for. */
export function realGradient(sum: bigint, perError: number, { feature }: Pick<FixedPoint, 'feature'>): number {
  return Number(sum) / (perError * 2 ** feature);
}

/** Features, weights and errors as whole numbers, the sigmoid in float64 between: what exact schemes repeat bit by bit. */
export function fixedPointAlgorithm({ rows, labels }: LabelledRows, bits: FixedPoint): Algorithm {
  const counted = rows.map((row) => row.map((value) => quantise(value, bits.feature)));
  return {
    activation: sigmoid,
    polynomial: null,
    fixedPoint: bits,
    gradient(weights, { first, count }) {
      const w = weights.map((value) => quantise(value, bits.weight));
      const sums = new Float64Array(weights.length);
      for (let sample = first; sample < first + count; sample++) {
        const x = counted[sample]!;
        let score = 0;
        for (let at = 0; at < x.length; at++) score += x[at]! * w[at]!;
        const error = quantisedError(score, labels[sample]!, bits);
        for (let at = 0; at < x.length; at++) sums[at]! += error * x[at]!;
      }
      return dequantised(sums, bits);
    },
  };
}
