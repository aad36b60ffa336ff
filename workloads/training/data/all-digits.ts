/**
 * All ten digits of MNIST as rows of features.
 *
 * @module
 */
import { imageBytes, type LabelledImages } from '../../data/images.ts';
import { loadMnist } from '../../data/mnist.ts';
import { halved } from './digits.ts';
import type { LabelledRows, TrainingData } from './samples.ts';

const LIGHTEST = 255;

/** 14: means of four neighbours each. */
export type Side = 14 | 28;

/** Features of an image, from 0 to 1. */
export function pixelsOf(pixels: Uint8Array, side: Side): Float64Array {
  return side === 14 ? halved(pixels) : Float64Array.from(pixels, (pixel) => pixel / LIGHTEST);
}

/**
 * The first `count` training images, and all that are held out.
 *
 * @throws EnigmarkError MNIST_MISSING, MNIST_DAMAGED
 */
export function allDigits(side: Side, count: number): TrainingData {
  const { training, heldOut } = loadMnist();
  const rowsOf = (images: LabelledImages, most: number): LabelledRows => ({
    rows: Array.from({ length: Math.min(most, images.count) }, (_, index) => pixelsOf(imageBytes(images, index), side)),
    labels: images.labels.slice(0, most),
  });
  return {
    training: rowsOf(training, count),
    heldOut: rowsOf(heldOut, heldOut.count),
    description: `MNIST, ten digits at ${side}x${side}: ${Math.min(count, training.count)} training and ${heldOut.count} held-out images of the built-in 10,000`,
    classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
  };
}
