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

/** TenSEAL's layers with ReLU behind the hidden one: what is before it is CKKS's, and the ReLU a table's. */
const squareRelu: Recipe = {
  id: 'cnn-square-relu',
  title: 'Digits, convolution 4@7x7 of stride 3, square, 256-64, ReLU, 64-10',
  build: (stack) =>
    stack
      .conv2d('conv', 4, { height: 7, width: 7, stride: 3, padding: 0 })
      .normalise()
      .activate('square', 'square', { cost: rangeCost })
      .flatten()
      .dense('hidden', 64)
      .activateReluOrQuadratic('relu', QUADRATIC_REACH, reluCost)
      .dense('output', CLASSES),
  settings: { ...settings, epochs: 100 },
  largestWeight: null,
};

/**
 * LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition" (Proceedings of the IEEE 86(11), 1998), with
 * squares between its layers, as Ebel, Garimella and Reagen have it ("Orion", ASPLOS 2025): every scheme computes a square as it is.
 */
const lenet: Recipe = {
  id: 'cnn-lenet',
  title: 'Digits, LeNet-5: convolutions 6@5x5 and 16@5x5, average pooling, 400-120-84-10, squares',
  build: (stack) =>
    stack
      .conv2d('conv 1', 6, { height: 5, width: 5, stride: 1, padding: 2 })
      .normalise()
      .activate('square 1', 'square', { cost: rangeCost })
      .averagePool('pool 1', 2)
      .conv2d('conv 2', 16, { height: 5, width: 5, stride: 1, padding: 0 })
      .normalise()
      .activate('square 2', 'square', { cost: rangeCost })
      .averagePool('pool 2', 2)
      .flatten()
      .dense('hidden 1', 120)
      .normalise()
      .activate('square 3', 'square', { cost: rangeCost })
      .dense('hidden 2', 84)
      .normalise()
      .activate('square 4', 'square', { cost: rangeCost })
      .dense('output', CLASSES),
  settings: { ...settings, epochs: 14, settledEpochs: 5, learningRate: 3e-3 },
  largestWeight: null,
};

const sameSize = { height: 3, width: 3, stride: 1, padding: 1 };

/** One block of He, Zhang, Ren and Sun, "Deep residual learning for image recognition" (CVPR 2016), at a size that every scheme may try. */
const residual: Recipe = {
  id: 'cnn-residual',
  title: 'Digits, convolution 4@5x5, residual block of two 4@3x3, squares, average pooling, 144-10',
  build: (stack) =>
    stack
      .conv2d('conv', 4, { height: 5, width: 5, stride: 2, padding: 0 })
      .normalise()
      .activate('square 1', 'square', { cost: rangeCost })
      .residual('sum', (branch) =>
        branch
          .conv2d('conv a', 4, sameSize)
          .normalise()
          .activate('square 2', 'square', { cost: rangeCost })
          .conv2d('conv b', 4, sameSize)
          .normalise(),
      )
      .activate('square 3', 'square', { cost: rangeCost })
      .averagePool('pool', 2)
      .flatten()
      .dense('output', CLASSES),
  settings: { ...settings, epochs: 80, settledEpochs: 20, learningRate: 6e-3 },
  largestWeight: null,
};

/** The MLP of Orion (as `lenet`), and of HEIR's examples. */
const orion: Recipe = {
  id: 'mlp-orion',
  title: 'Digits, 784-128, square, 128-128, square, 128-10',
  build: (stack) =>
    stack
      .flatten()
      .dense('hidden 1', 128)
      .normalise()
      .activate('square 1', 'square', { cost: rangeCost })
      .dense('hidden 2', 128)
      .normalise()
      .activate('square 2', 'square', { cost: rangeCost })
      .dense('output', CLASSES),
  settings: { ...settings, epochs: 60 },
  largestWeight: null,
};

/** CryptoLab's entry in the workload `ml-inference` of fhe-benchmarking: the middle of an image, one hidden layer. */
const cryptolab: Recipe = {
  id: 'mlp-cryptolab',
  title: 'Digits, the middle 22x22 of an image, 484-128, square, 128-10',
  side: 22,
  build: (stack) =>
    stack.flatten().dense('hidden', 128).normalise().activate('square', 'square', { cost: rangeCost }).dense('output', CLASSES),
  settings: { ...settings, epochs: 60 },
  largestWeight: null,
};

export const digitNetworks: readonly Recipe[] = [tenseal, cryptonets, lolaSmall, relu, squareRelu, lenet, residual, orion, cryptolab];
