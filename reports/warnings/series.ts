/**
 * What is wrong with a series of times of one launch, in the order taken. Each gives what it saw, or null.
 *
 * @module
 */
import { median } from '../../harness/record/statistics.ts';

/** Thirds of fewer samples say nothing. */
const FEWEST_FOR_DRIFT = 15;
const TOLERATED_DRIFT = 0.05;
const FEWEST_FOR_OUTLIERS = 11;
const TOLERATED_OUTLIERS = 0.05;
/** Latencies have a tail on the slow side, in which a score alone finds outliers where nothing is wrong. */
const NEAREST_OUTLIER = 1.5;
const FEWEST_BESIDE_FIRST = 5;
const TOLERATED_FIRST = 1.2;
/** Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993: modified Z-scores beyond it are outliers. */
const MOST_SCORE = 3.5;
/** Of the median absolute deviation, to the standard deviation of a normal distribution. */
const MAD_TO_DEVIATION = 0.6745;

/**
 * A trend: the median moved by more than 5% from the first third to the last, and three quarters of the one lie beyond three quarters
 * of the other, which a single burst does not bring about.
 */
export function driftOf(samples: readonly number[]): string | null {
  if (samples.length < FEWEST_FOR_DRIFT) return null;
  const length = Math.floor(samples.length / 3);
  const [first, last] = [samples.slice(0, length), samples.slice(-length)].map((third) => third.toSorted((left, right) => left - right));
  const change = median(last!) / median(first!) - 1;
  const [slower, faster] = change > 0 ? [last!, first!] : [first!, last!];
  const apart = slower[Math.floor(length / 4)]! > faster[length - 1 - Math.floor(length / 4)]!;
  if (!apart || !(Math.abs(change) > TOLERATED_DRIFT)) return null;
  return `times ${change > 0 ? 'rose' : 'fell'} by ${percent(Math.abs(change))} from the first third of the samples to the last`;
}

/** More than one sample in twenty took half as long again as the median, and lies far from the others by its score. */
export function outliersOf(samples: readonly number[]): string | null {
  if (samples.length < FEWEST_FOR_OUTLIERS) return null;
  const middle = median(samples);
  const count = modifiedScores(samples).filter((score, at) => score > MOST_SCORE && samples[at]! > NEAREST_OUTLIER * middle).length;
  if (count <= TOLERATED_OUTLIERS * samples.length) return null;
  const factor = Math.max(...samples) / middle;
  return `${count} of ${samples.length} samples lie far from the others, the slowest at ${factor.toFixed(1)} times the median`;
}

/** A first sample that is more than a fifth over the median, and an outlier among the others. */
export function slowFirstOf(samples: readonly number[]): string | null {
  const [first, ...others] = samples;
  if (first === undefined || others.length < FEWEST_BESIDE_FIRST) return null;
  const factor = first / median(others);
  if (!(factor > TOLERATED_FIRST && modifiedScores(samples)[0]! > MOST_SCORE)) return null;
  return `the first sample took ${factor.toFixed(1)} times as long as the others`;
}

/** Distance from the median in robust standard deviations. Where half of the samples are equal, what differs is infinitely far. */
export function modifiedScores(samples: readonly number[]): number[] {
  const middle = median(samples);
  const deviation = median(samples.map((sample) => Math.abs(sample - middle)));
  return samples.map((sample) => (sample === middle ? 0 : (MAD_TO_DEVIATION * (sample - middle)) / deviation));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)}%`;
}
