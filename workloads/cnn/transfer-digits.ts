/**
 * The last layer of a digit network, learned on ciphertexts over the frozen convolution of another that is learned already.
 *
 * @module
 */
import { imageValues, type LabelledImages } from '../data/images.ts';
import { loadMnist } from '../data/mnist.ts';
import { loadModel } from '../models/load-model.ts';
import { evaluateLayers } from '../network/reference.ts';
import type { LabelledRows, TrainingData } from '../training/data/samples.ts';
import { transferTraining } from '../training/transfer/transfer.ts';

const FROZEN = 'cnn-relu';
/** Convolution, ReLU, average pooling, flattened: 144 features. */
const FROZEN_LAYERS = 4;
/** Images of an update, and of all of them. */
const BATCH = 1024;
const IMAGES = 2 * BATCH;

/** @throws EnigmarkError MNIST_MISSING, MNIST_DAMAGED, and as `loadModel` */
function frozenFeatures(): TrainingData {
  const { network } = loadModel(FROZEN);
  const frozen = { ...network, layers: network.layers.slice(0, FROZEN_LAYERS) };
  const { training, heldOut } = loadMnist();
  const rowsOf = (images: LabelledImages, most: number): LabelledRows => ({
    rows: Array.from({ length: most }, (_, index) => evaluateLayers(frozen, imageValues(images, index)).at(-1)!),
    labels: images.labels.slice(0, most),
  });
  return {
    training: rowsOf(training, IMAGES),
    heldOut: rowsOf(heldOut, heldOut.count),
    description: `MNIST, ten digits, features of the convolution of ${FROZEN}, which was learned on these images too: ${IMAGES} training and ${heldOut.count} held-out images of the built-in 10,000`,
    classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
  };
}

export const transferDigits = transferTraining({
  id: 'training-transfer-digits',
  title: 'Last layer 144-10 over a frozen convolution at the client, MNIST, Nesterov',
  course: { rule: { method: 'nesterov', rate: 0.04 }, epochs: 30, batch: BATCH },
  data: frozenFeatures,
});
