/**
 * Functions with their derivatives: activations, and polynomials that stand for them while a network is trained.
 *
 * @module
 */
import type { Random } from '../../data/random.ts';
import { activations } from '../../network/activation.ts';

/** Those that built-in networks are trained with. */
export type TrainedActivation = 'square' | 'relu' | 'sign' | 'sigmoid';

export interface Differentiable {
  readonly apply: (x: number) => number;
  readonly derivative: (x: number) => number;
}

/**
 * For sign the derivative of the function clipped to [-1, 1] stands in (straight-through estimator with saturation: Hubara et al.,
 * "Binarized neural networks", NIPS 2016).
 */
export const exact: Readonly<Record<TrainedActivation, Differentiable>> = {
  square: { apply: activations.square, derivative: (x) => 2 * x },
  relu: { apply: activations.relu, derivative: (x) => (x > 0 ? 1 : 0) },
  sign: { apply: activations.sign, derivative: (x) => (Math.abs(x) <= 1 ? 1 : 0) },
  sigmoid: { apply: activations.sigmoid, derivative: (x) => activations.sigmoid(x) * activations.sigmoid(-x) },
};

/** The quadratic nearest to ReLU on [-reach, reach] in the largest error: |x| is x^2 / reach + reach / 8 there, off by reach / 8. */
export function quadraticRelu(reach: number): Differentiable {
  return { apply: (x) => x / 2 + x ** 2 / (2 * reach) + reach / 16, derivative: (x) => 1 / 2 + x / reach };
}

/**
 * ReLU in one batch and a quadratic in another, evenly: the network learns to bear both, because schemes without tables put a polynomial
 * in its place. How far that reaches is known to a quarter only, until ranges are measured.
 */
export function reluOrQuadratic(reach: number, random: Random): Differentiable {
  return random.below(2) === 0 ? exact.relu : quadraticRelu(reach * random.uniform(0.75, 1.25));
}
