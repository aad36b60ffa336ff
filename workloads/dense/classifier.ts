/**
 * The trained 784x10 classifier on images of handwritten digits.
 *
 * @module
 */
import { imageValues } from '../data/images.ts';
import { loadMnist } from '../data/mnist.ts';
import { loadTestImages } from '../data/test-images.ts';
import { loadDenseClassifier } from '../models/dense-classifier.ts';
import { unsignedInput } from '../network/quantisation.ts';
import { vectorShape } from '../network/shape.ts';
import { prepareNetwork } from '../plan/network-task.ts';
import type { RangeRule } from '../plan/range.ts';
import type { Workload } from '../workload.ts';

const PIXELS = 28 * 28;

/**
 * Chosen on the training images (models/README.md has the table): as many are classified rightly as by the float weights, and the
 * logits span 23,080 steps, which fits the smallest primes that BFV and BGV can batch with (40961 for N = 4096, 65537 above).
 */
const PIXEL_BITS = 3;
const WEIGHT_BITS = 6;

const CALIBRATION_IMAGES = 1_000;
/** At 2 the range would nearly be the proven one and say nothing; at 1.5 it is 1.4 times what the held-out images reach. */
const CALIBRATION_MARGIN = 1.5;

function calibratedRange(): RangeRule {
  const { training } = loadMnist();
  const samples = Array.from({ length: CALIBRATION_IMAGES }, (_, index) => imageValues(training, index));
  return { bound: 'calibrated', samples, margin: CALIBRATION_MARGIN };
}

export const denseClassifier: Workload = {
  id: 'dense-784x10',
  group: 'dense',
  title: 'Digit classifier, one dense layer 784 x 10',
  layouts: ['batched', 'packed'],
  async prepare(request) {
    const { images, description } = loadTestImages(request.dataFolder, request.seed);
    return Promise.resolve(
      prepareNetwork(request, {
        network: { input: { shape: vectorShape(PIXELS), min: 0, max: 1 }, layers: [loadDenseClassifier()] },
        samples: images.count,
        sample: (index) => imageValues(images, index),
        labels: images.labels,
        data: description,
        quantisation: { input: unsignedInput(PIXEL_BITS), weightBits: WEIGHT_BITS },
        ranges: (arithmetic) => (arithmetic === 'real' ? calibratedRange() : { bound: 'proven' }),
        degree: 2,
      }),
    );
  },
};
