/**
 * Handwritten digits as networks over them are measured: the images in the run's order, and training images for calibrating ranges.
 *
 * @module
 */
import type { RangeRule } from '../plan/range.ts';
import { imageValues } from './images.ts';
import { loadMnist } from './mnist.ts';
import { loadTestImages } from './test-images.ts';

const CALIBRATION_IMAGES = 1_000;
/** At 2 the range of a linear classifier would nearly be the proven one and say nothing; at 1.5 it is 1.4 times what held-out images reach. */
const CALIBRATION_MARGIN = 1.5;

export interface Digits {
  readonly samples: number;
  /** Pixels of one image, from 0 to 1. */
  sample(index: number): Float64Array;
  readonly labels: Uint8Array;
  /** Which images, in plain words. */
  readonly data: string;
}

/** @throws EnigmarkError as `loadTestImages` does */
export function loadDigits(dataFolder: string | null, seed: number): Digits {
  const { images, description } = loadTestImages(dataFolder, seed);
  return { samples: images.count, sample: (index) => imageValues(images, index), labels: images.labels, data: description };
}

/** Of real numbers, what training images reach, with a margin; of integers, the worst case. */
export function digitRanges(arithmetic: 'real' | 'integer'): RangeRule {
  if (arithmetic === 'integer') return { bound: 'proven' };
  return calibratedDigitRanges(CALIBRATION_MARGIN);
}

/** What training images reach, `margin` times. */
export function calibratedDigitRanges(margin: number): Extract<RangeRule, { bound: 'calibrated' }> {
  const { training } = loadMnist();
  const samples = Array.from({ length: CALIBRATION_IMAGES }, (_, index) => imageValues(training, index));
  return { bound: 'calibrated', samples, margin };
}
