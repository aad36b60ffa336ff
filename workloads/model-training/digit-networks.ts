/**
 * Recipes of the convolutional networks: topologies of published systems, so that published figures can stand beside ours.
 *
 * Settings were chosen on the last 1,000 training images after training on the other 7,000; the held-out images took no part.
 *
 * @module
 */
import type { Recipe } from './recipe.ts';
import type { RangeCost } from './network/activation.ts';
import type { Augmentation } from './network/augmentation.ts';
import type { TrainingSettings } from './network/train-network.ts';

const CLASSES = 10;

const augmentation: Augmentation = { rotation_degrees: 10, scaling: 0.12, shear: 0.1, shift_pixels: 1.5, elastic_pixels: 0.7 };

/** Two deviations of what batch normalisation makes. */
const rangeCost: RangeCost = { bound: 2, weight: 0.01 };

const settings: TrainingSettings = {
  seed: 1,
  epochs: 80,
  batch: 64,
  learningRate: 2e-3,
  weightDecay: 1e-2,
  logitScale: 1,
  labelSmoothing: 0.1,
  augmentation,
  binarised: false,
};

/** OpenMined TenSEAL, tutorial 4: encrypted convolution on MNIST. */
const tenseal: Recipe = {
  id: 'cnn-tenseal',
  title: 'Digits, convolution 4@7x7 of stride 3, square, 256-64, square, 64-10',
  build: (stack) =>
    stack
      .conv2d('conv', 4, { height: 7, width: 7, stride: 3, padding: 0 })
      .normalise()
      .activate('square 1', 'square', { cost: rangeCost })
      .flatten()
      .dense('hidden', 64)
      .normalise()
      .activate('square 2', 'square', { cost: rangeCost })
      .dense('output', CLASSES),
  settings: { ...settings, epochs: 150 },
  largestWeight: null,
};

const cryptonetsWindow = { height: 5, width: 5, stride: 2, padding: 1 };

/** Gilad-Bachrach et al., "CryptoNets", ICML 2016, in the form its inference takes: the middle linear layers multiplied into one. */
const cryptonets: Recipe = {
  id: 'cnn-cryptonets',
  title: 'Digits, convolution 5@5x5 of stride 2, square, 845-100, square, 100-10',
  build: (stack) =>
    stack
      .conv2d('conv', 5, cryptonetsWindow)
      .normalise()
      .activate('square 1', 'square', { cost: rangeCost })
      .flatten()
      .dense('hidden', 100)
      .normalise()
      .activate('square 2', 'square', { cost: rangeCost })
      .dense('output', CLASSES),
  settings,
  largestWeight: null,
};

/** Brutzkus, Elisha and Gilad-Bachrach, "Low latency privacy preserving inference", ICML 2019 (arXiv:1812.10659): the small network. */
const lolaSmall: Recipe = {
  id: 'cnn-lola-small',
  title: 'Digits, convolution 5@5x5 of stride 2, square, 845-10',
  build: (stack) =>
    stack
      .conv2d('conv', 5, cryptonetsWindow)
      .normalise()
      .activate('square', 'square', { cost: rangeCost })
      .flatten()
      .dense('output', CLASSES),
  settings: { ...settings, epochs: 100, learningRate: 6e-3 },
  largestWeight: null,
};

const reluCost: RangeCost = { bound: 2, weight: 0.03 };
/** One and a half times what inputs reach when farther ones than 2 have their cost. */
const QUADRATIC_REACH = 4;

/** Our own: ReLU and average pooling at a size that every scheme may try. */
const relu: Recipe = {
  id: 'cnn-relu',
  title: 'Digits, convolution 4@5x5 of stride 2, ReLU, average pooling, 144-32, ReLU, 32-10',
  build: (stack) =>
    stack
      .conv2d('conv', 4, { height: 5, width: 5, stride: 2, padding: 0 })
      .normalise()
      .activateReluOrQuadratic('relu 1', QUADRATIC_REACH, reluCost)
      .averagePool('pool', 2)
      .flatten()
      .dense('hidden', 32)
      .activateReluOrQuadratic('relu 2', QUADRATIC_REACH, reluCost)
      .dense('output', CLASSES),
  settings: { ...settings, epochs: 200, learningRate: 3e-3 },
  largestWeight: null,
};

export const digitNetworks: readonly Recipe[] = [tenseal, cryptonets, lolaSmall, relu];
