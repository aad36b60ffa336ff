/**
 * Handwritten digits as networks over them are measured: the images in the run's order, and training images for calibrating ranges.
 *
 * @module
 */
import type { Network } from '../network/network.ts';
import { evaluateNetwork, predictedClass } from '../network/reference.ts';
import type { Calibration } from '../plan/network-over-data.ts';
import type { RangeRule } from '../plan/range.ts';
import { imageValues, type PixelsOf, selectImages } from './images.ts';
import { loadMnist } from './mnist.ts';
import { readTrainingImages } from './mnist-folder.ts';
import { loadTestImages } from './test-images.ts';

const CALIBRATION_IMAGES = 1_000;
/** At 2 the range of a linear classifier would nearly be the proven one and say nothing; at 1.5 it is 1.4 times what held-out images reach. */
const CALIBRATION_MARGIN = 1.5;

/** Sums before tables are calibrated more closely, because a table tells fewer of them apart the wider their range is. */
const TABLE_CALIBRATION_IMAGES = 2_000;
const TABLE_CALIBRATION_MARGIN = 1.2;

/** Images of the folder, on which a network's share of right answers is looked at. */
const LOOKED_AT = 200;
/** Below it, the images are others than those that the network has learned. */
const LEAST_RIGHT = 0.5;

/** Which images, and how a network takes them. */
export interface DigitSource {
  /** Of the user's, with MNIST's files or files like them; null: the built-in images. */
  readonly dataFolder: string | null;
  readonly pixelsOf: PixelsOf;
}

const BUILT_IN: DigitSource = { dataFolder: null, pixelsOf: imageValues };

export interface Digits {
  readonly samples: number;
  /** Pixels of one image. */
  sample(index: number): Float64Array;
  readonly labels: Uint8Array;
  readonly calibration: Calibration;
  /** Which images, in plain words. */
  readonly data: string;
}

/**
 * Images for a network that has learned the built-in ones; of images of another kind (Fashion-MNIST) the words say that accuracy is
 * meaningless on them.
 *
 * @throws EnigmarkError as `loadTestImages` and `readTrainingImages` do
 */
export function loadDigits(source: DigitSource, seed: number, network: Network): Digits {
  const { dataFolder, pixelsOf } = source;
  const { images, description } = loadTestImages(dataFolder, seed);
  const { inputs, words } = trainingInputs(CALIBRATION_IMAGES, source);
  const digits: Digits = {
    samples: images.count,
    sample: (index) => pixelsOf(images, index),
    labels: images.labels,
    calibration: { inputs, words: `the first ${inputs.length} ${words}` },
    data: description,
  };
  return dataFolder === null ? digits : { ...digits, data: [description, ...wordsOnOtherImages(digits, network)].join('; ') };
}

function wordsOnOtherImages(digits: Digits, network: Network): readonly string[] {
  const looked = Math.min(LOOKED_AT, digits.samples);
  let right = 0;
  for (let index = 0; index < looked; index++)
    if (predictedClass(evaluateNetwork(network, digits.sample(index))) === digits.labels[index]) right++;
  if (right >= LEAST_RIGHT * looked) return [];
  return [
    `the network learned MNIST's digits and these images are of another kind: in the clear it is right on ${right} of ${looked} of them, so that accuracy is meaningless here, and agreement with the float network is not`,
  ];
}

/** Of real numbers, what training images reach, with a margin; of integers, the worst case. @throws as `readTrainingImages` does */
export function digitRanges(arithmetic: 'real' | 'integer', source: DigitSource = BUILT_IN): RangeRule {
  if (arithmetic === 'integer') return { bound: 'proven' };
  return calibratedDigitRanges(CALIBRATION_MARGIN, source);
}

/** What training images reach, `margin` times. @throws as `readTrainingImages` does */
export function calibratedDigitRanges(margin: number, source: DigitSource): Extract<RangeRule, { bound: 'calibrated' }> {
  return calibrated(CALIBRATION_IMAGES, margin, source);
}

/** Of sums before tables: what training images reach, with a smaller margin. @throws as `readTrainingImages` does */
export function tableRanges(source: DigitSource = BUILT_IN): RangeRule {
  return calibrated(TABLE_CALIBRATION_IMAGES, TABLE_CALIBRATION_MARGIN, source);
}

function calibrated(images: number, margin: number, source: DigitSource): Extract<RangeRule, { bound: 'calibrated' }> {
  return { bound: 'calibrated', samples: trainingInputs(images, source).inputs, margin };
}

/** Of the folder's own training images, where it has them. */
function trainingInputs(count: number, { dataFolder, pixelsOf }: DigitSource): Calibration {
  const own = dataFolder === null ? null : readTrainingImages(dataFolder);
  const images = own ?? loadMnist().training;
  const first = selectImages(
    images,
    Uint32Array.from({ length: Math.min(count, images.count) }, (_, index) => index),
  );
  return {
    inputs: Array.from({ length: first.count }, (_, index) => pixelsOf(first, index)),
    words: own === null ? 'training images' : 'training images of the folder',
  };
}
