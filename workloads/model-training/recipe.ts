/**
 * How a committed network of handwritten digits came about: its layers and the settings of its training.
 *
 * @module
 */
import { binaryImageValues, imageValues, type LabelledImages } from '../data/images.ts';
import { Random } from '../data/random.ts';
import type { Network } from '../network/network.ts';
import { evaluateNetwork, predictedClass } from '../network/reference.ts';
import { Stack } from './network/stack.ts';
import { finished, trainNetwork, type TrainingSettings } from './network/train-network.ts';
import { inWholeNumbers } from './network/whole-numbers.ts';

export interface Recipe {
  readonly id: string;
  readonly title: string;
  /** Layers over images of 28 x 28. */
  readonly build: (stack: Stack) => Stack;
  readonly settings: TrainingSettings;
  /** Weights become whole numbers from -largest to largest; null: floats. */
  readonly largestWeight: number | null;
}

const INPUT: Network['input'] = { shape: { channels: 1, height: 28, width: 28 }, min: 0, max: 1 };

/** Follows the recipe on `images`; `onEpoch` hears the mean loss of each epoch. */
export function follow(recipe: Recipe, images: LabelledImages, onEpoch: (epoch: number, loss: number) => void): Network {
  const { settings, largestWeight } = recipe;
  const { layers } = recipe.build(new Stack(INPUT.shape, Random.from(settings.seed, 'weights')));
  trainNetwork(layers, images, settings, onEpoch);
  const trained = finished(layers);
  return { input: INPUT, layers: largestWeight === null ? trained : inWholeNumbers(trained, largestWeight) };
}

/** Inputs of image `index` as a network takes them. */
function inputOf(images: LabelledImages, index: number, binarised: boolean): Float64Array {
  return binarised ? binaryImageValues(images, index) : imageValues(images, index);
}

/** Images that the network classifies rightly. */
export function rightlyClassified(network: Network, images: LabelledImages, binarised: boolean): number {
  return images.labels.filter((label, index) => predictedClass(evaluateNetwork(network, inputOf(images, index, binarised))) === label)
    .length;
}
