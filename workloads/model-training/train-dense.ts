/**
 * Training of the 784x10 classifier.
 *
 * The settings were chosen on the last 1,000 training images after training on the other 7,000; the held-out images took no part.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { loadMnist } from '../data/mnist.ts';
import { writeSafetensors } from '../network/file/safetensors.ts';
import { DENSE_CLASSIFIER_FILE } from '../models/dense-classifier.ts';
import { trainSoftmaxRegression, type TrainingSettings } from './softmax-regression.ts';

const SETTINGS: TrainingSettings = { seed: 1, epochs: 15, batch: 50, learningRate: 0.05, momentum: 0.9, weightDecay: 1e-3 };

/** Trains on the built-in training images, a few seconds, and writes `dense-784x10.safetensors`. */
export function trainDenseClassifier(): void {
  const { inputs, outputs, weights, bias } = trainSoftmaxRegression(loadMnist().training, 10, SETTINGS);
  writeFileSync(
    DENSE_CLASSIFIER_FILE,
    writeSafetensors(
      new Map([
        ['weight', { shape: [outputs, inputs], data: Float32Array.from(weights) }],
        ['bias', { shape: [outputs], data: Float32Array.from(bias) }],
      ]),
      { trainedBy: 'workloads/model-training/train-dense.ts', settings: JSON.stringify(SETTINGS) },
    ),
  );
}
