/** @module */
import { expect, test } from 'vitest';
import { selectImages } from '../../data/images.ts';
import { loadMnist } from '../../data/mnist.ts';
import { Random } from '../../data/random.ts';
import type { Augmentation } from './augmentation.ts';
import { TrainableActivation } from './activation.ts';
import { TrainableBatchNorm } from './batch-norm.ts';
import { TrainableConv2d } from './conv2d.ts';
import { TrainableDense } from './dense.ts';
import { TrainableFlatten } from './flatten.ts';
import { finished, trainNetwork, type TrainingSettings } from './train-network.ts';
import type { Trainable } from './trainable.ts';

const augmentation: Augmentation = { rotation_degrees: 10, scaling: 0.1, shear: 0.1, shift_pixels: 1, elastic_pixels: 0.5 };
const settings: TrainingSettings = {
  seed: 1,
  epochs: 4,
  batch: 20,
  learningRate: 5e-3,
  weightDecay: 1e-2,
  logitScale: 1,
  labelSmoothing: 0.1,
  augmentation,
  binarised: false,
};
const images = selectImages(
  loadMnist().training,
  Uint32Array.from({ length: 300 }, (_, index) => index),
);

function layersOf(seed: number): readonly Trainable[] {
  const random = Random.from(seed, 'weights');
  const input = { channels: 1, height: 28, width: 28 };
  const window = { height: 7, width: 7, stride: 3, padding: 0 };
  return [
    new TrainableConv2d({ name: 'conv', input, outputChannels: 2, window, first: true }, random),
    new TrainableBatchNorm(2, 64),
    new TrainableActivation('square', 'square', 128),
    new TrainableFlatten(128),
    new TrainableDense({ name: 'dense', inputs: 128, outputs: 10 }, random),
  ];
}

function train(change: Partial<TrainingSettings> = {}): {
  readonly layers: ReturnType<typeof finished>;
  readonly losses: readonly number[];
} {
  const layers = layersOf(change.seed ?? settings.seed);
  const losses: number[] = [];
  trainNetwork(layers, images, { ...settings, ...change }, (_, loss) => losses.push(loss));
  return { layers: finished(layers), losses };
}

test('the loss falls, and both runs of one seed are equal to the last bit', () => {
  const first = train();
  expect(first.losses).toHaveLength(4);
  // Guessing has the loss log(10) = 2.3; smoothed labels leave one of 0.5 at best.
  expect(first.losses.at(-1)).toBeLessThan(0.7 * first.losses[0]!);
  expect(train()).toEqual(first);
});

test.each<[string, Partial<TrainingSettings>]>([
  ['another seed', { seed: 2 }],
  ['no augmentation', { augmentation: null }],
  ['smaller logits', { logitScale: 0.5 }],
  ['binarised pixels', { binarised: true }],
  ['more weight decay', { weightDecay: 1 }],
])('%s gives other weights', (_, change) => {
  expect(train({ epochs: 1, ...change }).layers).not.toEqual(train({ epochs: 1 }).layers);
});
