/**
 * Softmax regression (multinomial logistic regression) by stochastic gradient descent with momentum (Bishop, "Pattern Recognition
 * and Machine Learning", section 4.3.4; Polyak 1964). Deterministic: the seed fixes the order of the images.
 *
 * @module
 */
import { imageValues, type LabelledImages } from '../data/images.ts';
import { Random } from '../data/random.ts';
import type { DenseLayer } from '../network/dense.ts';

export interface TrainingSettings {
  readonly seed: number;
  readonly epochs: number;
  readonly batch: number;
  /** Falls linearly to zero over all steps. */
  readonly learningRate: number;
  readonly momentum: number;
  /** Weight of half the squared 2-norm of the weights in the loss. */
  readonly weightDecay: number;
}

/** Turns logits into probabilities in place; the largest is subtracted first so that no exponential overflows. */
function softmax(logits: Float64Array): void {
  const largest = Math.max(...logits);
  let sum = 0;
  for (let index = 0; index < logits.length; index++) {
    const weight = Math.exp(logits[index]! - largest);
    logits[index] = weight;
    sum += weight;
  }
  for (let index = 0; index < logits.length; index++) logits[index]! /= sum;
}

/** Weights and bias that classify `images` into `classes` classes. All start at zero: the loss is convex. */
export function trainSoftmaxRegression(images: LabelledImages, classes: number, settings: TrainingSettings): DenseLayer {
  const inputs = images.pixelsPerImage;
  const random = Random.from(settings.seed, 'training order');
  const samples = Array.from({ length: images.count }, (_, index) => imageValues(images, index));
  // The bias is one more column, whose input is 1.
  const columns = inputs + 1;
  const parameters = new Float64Array(classes * columns);
  const velocity = new Float64Array(parameters.length);
  const gradient = new Float64Array(parameters.length);
  const probabilities = new Float64Array(classes);
  const batchesPerEpoch = Math.floor(images.count / settings.batch);
  const steps = settings.epochs * batchesPerEpoch;
  let order = random.permutation(images.count);

  for (let step = 0; step < steps; step++) {
    const batchInEpoch = step % batchesPerEpoch;
    if (step > 0 && batchInEpoch === 0) order = random.permutation(images.count);
    gradient.fill(0);
    for (const index of order.subarray(batchInEpoch * settings.batch, (batchInEpoch + 1) * settings.batch)) {
      const sample = samples[index]!;
      for (let row = 0; row < classes; row++) {
        const first = row * columns;
        let sum = parameters[first + inputs]!;
        for (let column = 0; column < inputs; column++) sum += parameters[first + column]! * sample[column]!;
        probabilities[row] = sum;
      }
      softmax(probabilities);
      probabilities[images.labels[index]!]! -= 1;
      for (let row = 0; row < classes; row++) {
        const first = row * columns;
        const error = probabilities[row]! / settings.batch;
        for (let column = 0; column < inputs; column++) gradient[first + column]! += error * sample[column]!;
        gradient[first + inputs]! += error;
      }
    }
    const rate = settings.learningRate * (1 - step / steps);
    for (let index = 0; index < parameters.length; index++) {
      const decay = index % columns === inputs ? 0 : settings.weightDecay * parameters[index]!;
      velocity[index] = settings.momentum * velocity[index]! - rate * (gradient[index]! + decay);
      parameters[index]! += velocity[index]!;
    }
  }

  const weights = new Float64Array(classes * inputs);
  const bias = new Float64Array(classes);
  for (let row = 0; row < classes; row++) {
    weights.set(parameters.subarray(row * columns, row * columns + inputs), row * inputs);
    bias[row] = parameters[row * columns + inputs]!;
  }
  return { kind: 'dense', name: 'dense', inputs, outputs: classes, weights, bias };
}
