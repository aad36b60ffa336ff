/** @module */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { imageValues, type LabelledImages } from '../data/images.ts';
import { loadMnist } from '../data/mnist.ts';
import { evaluateDense } from '../network/dense.ts';
import { predictedClass } from '../network/reference.ts';
import type { DenseLayer } from '../network/dense.ts';
import { loadDenseClassifier } from './dense-classifier.ts';

function rightlyClassified(layer: DenseLayer, images: LabelledImages): number {
  return images.labels.filter((label, index) => predictedClass(evaluateDense(layer, imageValues(images, index))) === label).length;
}

test('the committed weights classify as many images as the README states', () => {
  const stated = /([\d,]+) of 8,000 training images,\s+\*\*([\d,]+) of 2,000 held-out/.exec(
    readFileSync(new URL('README.md', import.meta.url), 'utf8'),
  )!;
  const { training, heldOut } = loadMnist();
  const layer = loadDenseClassifier();
  const [inTraining, inHeldOut] = stated.slice(1).map((figure) => Number(figure.replace(',', '')));
  expect(rightlyClassified(layer, training)).toBe(inTraining);
  expect(rightlyClassified(layer, heldOut)).toBe(inHeldOut);
});
