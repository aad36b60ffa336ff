/**
 * Handwritten digits as networks over them are measured: the images in the run's order, and training images for calibrating ranges.
 *
 * @module
 */
import type { Calibration } from '../plan/network-over-data.ts';
import type { RangeRule } from '../plan/range.ts';
import { imageValues, type LabelledImages } from './images.ts';
import { loadMnist } from './mnist.ts';
import { loadTestImages } from './test-images.ts';

const CALIBRATION_IMAGES = 1_000;
/** At 2 the range of a linear classifier would nearly be the proven one and say nothing; at 1.5 it is 1.4 times what held-out images reach. */
const CALIBRATION_MARGIN = 1.5;

/** Sums before tables are calibrated more closely, because a table tells fewer of them apart the wider their range is. */
const TABLE_CALIBRATION_IMAGES = 2_000;
const TABLE_CALIBRATION_MARGIN = 1.2;

/** Pixels as a network takes them: `imageValues` or `binaryImageValues`. */
type PixelsOf = (images: LabelledImages, index: number) => Float64Array;

export interface Digits {
  readonly samples: number;
  /** Pixels of one image. */
  sample(index: number): Float64Array;
  readonly labels: Uint8Array;
  readonly calibration: Calibration;
  /** Which images, in plain words. */
  readonly data: string;
}

/** @throws EnigmarkError as `loadTestImages` does */
export function loadDigits(dataFolder: string | null, seed: number, pixelsOf: PixelsOf = imageValues): Digits {
  const { images, description } = loadTestImages(dataFolder, seed);
  return {
    samples: images.count,
    sample: (index) => pixelsOf(images, index),
    labels: images.labels,
    calibration: { inputs: trainingInputs(CALIBRATION_IMAGES, pixelsOf), words: `the first ${CALIBRATION_IMAGES} training images` },
    data: description,
  };
}

/** Of real numbers, what training images reach, with a margin; of integers, the worst case. */
export function digitRanges(arithmetic: 'real' | 'integer'): RangeRule {
  if (arithmetic === 'integer') return { bound: 'proven' };
  return calibratedDigitRanges(CALIBRATION_MARGIN);
}

/** What training images reach, `margin` times. */
export function calibratedDigitRanges(margin: number): Extract<RangeRule, { bound: 'calibrated' }> {
  return calibrated(CALIBRATION_IMAGES, margin, imageValues);
}

/** Of sums before tables: what training images reach, with a smaller margin. */
export function tableRanges(pixelsOf: PixelsOf = imageValues): RangeRule {
  return calibrated(TABLE_CALIBRATION_IMAGES, TABLE_CALIBRATION_MARGIN, pixelsOf);
}

function calibrated(images: number, margin: number, pixelsOf: PixelsOf): Extract<RangeRule, { bound: 'calibrated' }> {
  return { bound: 'calibrated', samples: trainingInputs(images, pixelsOf), margin };
}

function trainingInputs(images: number, pixelsOf: PixelsOf): readonly Float64Array[] {
  const { training } = loadMnist();
  return Array.from({ length: images }, (_, index) => pixelsOf(training, index));
}
