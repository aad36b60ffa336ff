/**
 * How a committed network of handwritten digits came about: its layers and the settings of its training.
 *
 * @module
 */
import { binaryImageValues, centralImages, imageValues, type LabelledImages } from '../data/images.ts';
import { Random } from '../data/random.ts';
import type { Network } from '../network/network.ts';
import { evaluateNetwork, predictedClass } from '../network/reference.ts';
import { Stack } from './network/stack.ts';
import { finished, trainNetwork, type TrainingSettings } from './network/train-network.ts';
import { inWholeNumbers } from './network/whole-numbers.ts';

export interface Recipe {
  readonly id: string;
  readonly title: string;
  /** Of the middle of an image that the network is shown; left out: all 28. */
  readonly side?: number;
  /** Layers over images of that size. */
  readonly build: (stack: Stack) => Stack;
  readonly settings: TrainingSettings;
  /** Weights become whole numbers from -largest to largest; null: floats. */
  readonly largestWeight: number | null;
}

const SIDE = 28;

/** Follows the recipe on `images`; `onEpoch` hears the mean loss of each epoch. */
export function follow(recipe: Recipe, images: LabelledImages, onEpoch: (epoch: number, loss: number) => void): Network {
  const { settings, largestWeight, side = SIDE } = recipe;
  const input = { shape: { channels: 1, height: side, width: side }, min: 0, max: 1 };
  const { layers } = recipe.build(new Stack(input.shape, Random.from(settings.seed, 'weights')));
  trainNetwork(layers, centralImages(images, side), settings, onEpoch);
  const trained = finished(layers);
  return { input, layers: largestWeight === null ? trained : inWholeNumbers(trained, largestWeight) };
}

/** Inputs of image `index` as a network takes them. */
function inputOf(images: LabelledImages, index: number, binarised: boolean): Float64Array {
  return binarised ? binaryImageValues(images, index) : imageValues(images, index);
}

/** Images that the network classifies rightly. */
export function rightlyClassified(network: Network, images: LabelledImages, binarised: boolean): number {
  const shown = centralImages(images, network.input.shape.height);
  return images.labels.filter((label, index) => predictedClass(evaluateNetwork(network, inputOf(shown, index, binarised))) === label)
    .length;
}
