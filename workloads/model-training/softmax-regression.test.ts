/** @module */
import { expect, test } from 'vitest';
import { trainSoftmaxRegression } from './softmax-regression.ts';
import { predictedClass } from '../network/reference.ts';
import { type DenseLayer, evaluateDense } from '../network/dense.ts';
import { loadMnist } from '../data/mnist.ts';
import { type LabelledImages, imageValues, selectImages } from '../data/images.ts';

function rightlyClassified(layer: DenseLayer, images: LabelledImages): number {
  return images.labels.filter((label, index) => predictedClass(evaluateDense(layer, imageValues(images, index))) === label).length;
}

test('training depends on the seed alone, and learns', () => {
  const { training, heldOut } = loadMnist();
  const images = selectImages(
    training,
    Uint32Array.from({ length: 500 }, (_, index) => index),
  );
  const settings = { epochs: 2, batch: 50, learningRate: 0.05, momentum: 0.9, weightDecay: 1e-3 };
  const [first, again, other] = [1, 1, 2].map((seed) => trainSoftmaxRegression(images, 10, { ...settings, seed }));
  expect(first).toEqual(again);
  expect(first!.weights).not.toEqual(other!.weights);
  // Guessing gets 200 right.
  expect(rightlyClassified(first!, heldOut)).toBeGreaterThan(1200);
});

test('one step of training follows the gradient of the cross-entropy', () => {
  // Two images of two pixels. From zero weights all three probabilities are 1/3, and a single step goes against the gradient's mean.
  const images = { pixelsPerImage: 2, count: 2, pixels: Uint8Array.of(255, 0, 51, 255), labels: Uint8Array.of(0, 2) };
  const settings = { seed: 1, epochs: 1, batch: 2, learningRate: 0.5, momentum: 0.9, weightDecay: 0.1 };
  const { weights, bias } = trainSoftmaxRegression(images, 3, settings);
  const third = 1 / 3;
  const expected = [
    [third - 1 + third * 0.2, third],
    [third + third * 0.2, third],
    [third + (third - 1) * 0.2, third - 1],
  ];
  expected.flat().forEach((gradient, index) => expect(weights[index]).toBeCloseTo((-0.5 * gradient) / 2, 12));
  [third - 1 + third, 2 * third, third + third - 1].forEach((gradient, index) =>
    expect(bias[index]).toBeCloseTo((-0.5 * gradient) / 2, 12),
  );
});
