/**
 * The trained 784x10 classifier on images of handwritten digits.
 *
 * @module
 */
import { digitRanges, loadDigits } from '../data/digits.ts';
import { imageValues } from '../data/images.ts';
import { loadDenseClassifier } from '../models/dense-classifier.ts';
import { unsignedInput } from '../network/quantisation.ts';
import { vectorShape } from '../network/shape.ts';
import { prepareNetwork } from '../plan/network-task.ts';
import type { Workload } from '../workload.ts';

const PIXELS = 28 * 28;

/**
 * Chosen on the training images (models/README.md has the table): as many are classified rightly as by the float weights, and the
 * logits span 23,080 steps, which fits the smallest primes that BFV and BGV can batch with (40961 for N = 4096, 65537 above).
 */
const PIXEL_BITS = 3;
const WEIGHT_BITS = 6;

export const denseClassifier: Workload = {
  id: 'dense-784x10',
  group: 'dense',
  title: 'Digit classifier, one dense layer 784 x 10',
  layouts: ['batched', 'packed'],
  async prepare(request) {
    const network = { input: { shape: vectorShape(PIXELS), min: 0, max: 1 }, layers: [loadDenseClassifier()] };
    const source = { dataFolder: request.dataFolder, pixelsOf: imageValues };
    return Promise.resolve(
      prepareNetwork(request, {
        ...loadDigits(source, request.seed, network),
        network,
        quantisation: { input: unsignedInput(PIXEL_BITS), weightBits: WEIGHT_BITS },
        tables: null,
        ranges: (arithmetic) => digitRanges(arithmetic, source),
        degree: 2,
      }),
    );
  },
};
