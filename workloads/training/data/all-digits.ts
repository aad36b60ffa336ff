/**
 * All ten digits of MNIST as rows of features.
 *
 * @module
 */
import { imageBytes, type LabelledImages } from '../../data/images.ts';
import { loadMnist } from '../../data/mnist.ts';
import { halved } from './digits.ts';
import { standardsOf, type LabelledRows, type TrainingData } from './samples.ts';

const LIGHTEST = 255;

/** 14: means of four neighbours each. */
export type Side = 14 | 28;

/** Features of an image, from 0 to 1. */
export function pixelsOf(pixels: Uint8Array, side: Side): Float64Array {
  return side === 14 ? halved(pixels) : Float64Array.from(pixels, (pixel) => pixel / LIGHTEST);
}

/**
 * The first `count` training images, and all that are held out: of each the `kept` pixels that vary most over the training images.
 *
 * @throws EnigmarkError MNIST_MISSING, MNIST_DAMAGED
 */
export function allDigits(side: Side, count: number, kept: number): TrainingData {
  const { training, heldOut } = loadMnist();
  const rowsOf = (images: LabelledImages, most: number): LabelledRows => ({
    rows: Array.from({ length: Math.min(most, images.count) }, (_, index) => pixelsOf(imageBytes(images, index), side)),
    labels: images.labels.slice(0, most),
  });
  const learned = rowsOf(training, count);
  const { deviations } = standardsOf(learned.rows);
  const order = [...deviations.keys()].toSorted((a, b) => deviations[b]! - deviations[a]!).slice(0, kept);
  const chosen = ({ rows, labels }: LabelledRows): LabelledRows => ({
    rows: rows.map((row) => Float64Array.from(order, (at) => row[at]!)),
    labels,
  });
  return {
    training: chosen(learned),
    heldOut: chosen(rowsOf(heldOut, heldOut.count)),
    description: `MNIST, ten digits at ${side}x${side}, the ${kept} pixels that vary most: ${learned.rows.length} training and ${heldOut.count} held-out images of the built-in 10,000`,
    classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
  };
}
