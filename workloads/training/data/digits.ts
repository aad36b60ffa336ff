/**
 * The task of the literature on encrypted logistic regression: a 3 of MNIST, or an 8, at 14 x 14 pixels (Han et al., "Logistic Regression
 * on Homomorphic Encrypted Data at Scale", AAAI 2019).
 *
 * @module
 */
import { imageBytes, type LabelledImages } from '../../data/images.ts';
import { loadMnist } from '../../data/mnist.ts';
import type { LabelledRows, TrainingData } from './samples.ts';

const SIDE = 28;
const HALF = SIDE / 2;
const LIGHTEST = 255;

/** Threes and eights of the built-in images, label 1 for a three. @throws EnigmarkError MNIST_MISSING, MNIST_DAMAGED */
export function threesAndEights(): TrainingData {
  const { training, heldOut } = loadMnist();
  const sets = { training: selected(training), heldOut: selected(heldOut) };
  const [learned, judged] = [sets.training.rows.length, sets.heldOut.rows.length];
  return {
    ...sets,
    description: `MNIST, 3 against 8 at 14x14: ${learned} training and ${judged} held-out images of the built-in 10,000`,
    classes: ['8', '3'],
  };
}

function selected(images: LabelledImages): LabelledRows {
  const chosen = Array.from(images.labels.keys()).filter((index) => images.labels[index] === 3 || images.labels[index] === 8);
  return {
    rows: chosen.map((index) => halved(imageBytes(images, index))),
    labels: Uint8Array.from(chosen, (index) => (images.labels[index] === 3 ? 1 : 0)),
  };
}

/** Means of four neighbours each, from 0 to 1. */
export function halved(pixels: Uint8Array): Float64Array {
  const small = new Float64Array(HALF * HALF);
  for (const [at, pixel] of pixels.entries()) {
    const [row, column] = [Math.floor(at / SIDE), at % SIDE];
    small[HALF * (row >> 1) + (column >> 1)]! += pixel / (4 * LIGHTEST);
  }
  return small;
}
