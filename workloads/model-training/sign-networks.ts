/**
 * Recipes of the sign networks: one hidden layer, binary pixels, small whole weights (Bourse, Minelli, Minihold and Paillier, "Fast
 * homomorphic evaluation of deep discretized neural networks", CRYPTO 2018). Weights are whole numbers already while they are trained,
 * so that the network under encryption is the one that was trained.
 *
 * Settings were chosen as those in `digit-networks.ts`.
 *
 * @module
 */
import type { Recipe } from './recipe.ts';
import { integerWeights } from './network/weight-rule.ts';

const LARGEST_WEIGHT = 7;

function dinn(hidden: number): Recipe {
  const weights = integerWeights(LARGEST_WEIGHT);
  return {
    id: `mlp-dinn-${hidden}`,
    title: `Binarised digits, 784-${hidden}, sign, ${hidden}-10, weights from -${LARGEST_WEIGHT} to ${LARGEST_WEIGHT}`,
    build: (stack) =>
      stack.flatten().dense('hidden', hidden, weights).normalise(true).activate('sign', 'sign').dense('output', 10, weights),
    settings: {
      seed: 1,
      epochs: 200,
      batch: 64,
      learningRate: 6e-3,
      weightDecay: 0,
      logitScale: hidden === 30 ? 0.5 : 0.3,
      labelSmoothing: 0,
      augmentation: { rotation_degrees: 6, scaling: 0.07, shear: 0.06, shift_pixels: 0.9, elastic_pixels: 0.4 },
      binarised: true,
    },
    largestWeight: LARGEST_WEIGHT,
  };
}

export const signNetworks: readonly Recipe[] = [30, 100].map(dinn);
