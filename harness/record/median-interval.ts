/**
 * 95% intervals of a median: from the correlated samples of one launch, or over several launches. docs/intervals.md has their
 * simulated coverage.
 *
 * @module
 */
import { ascending, effectiveSamples } from './effective-samples.ts';
import { studentQuantile } from './student.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Below it, even the range of all samples misses the median more often than one time in ten where they are correlated. */
export const FEWEST_SAMPLES = 11;
/** From here on samples can be resampled in blocks; below, their range is the interval. */
const FEWEST_FOR_BLOCKS = 15;
/** Two launches tell hardly anything of the spread between launches: Student's factor would be 12.7. */
export const FEWEST_LAUNCHES = 3;

const LEVEL = 0.95;
const TAIL = (1 - LEVEL) / 2;
const RESAMPLES = 1000;

/**
 * Where the median of this launch lies: what it would find if it went on sampling. Says nothing of the next launch.
 *
 * From 15 samples on, a moving-block bootstrap (Künsch, Annals of Statistics 17, 1989) whose ends are moved out, where they lie
 * inside, to the order statistics of as many independent samples as these are worth: in short series blocks alone are too narrow.
 * From 11 on the range of all samples.
 *
 * @param samples in the order taken
 * @returns null below 11 samples.
 */
export function intervalWithinLaunch(samples: readonly number[], seed = 1): Interval | null {
  const n = samples.length;
  if (n < FEWEST_SAMPLES) return null;
  if (n < FEWEST_FOR_BLOCKS) return { low: Math.min(...samples), high: Math.max(...samples) };
  const worth = effectiveSamples(samples);
  const byRank = orderStatistics(samples, worth);
  const byBlocks = movingBlocks(samples, blockLength(n, worth), seed);
  return { low: Math.min(byRank.low, byBlocks.low), high: Math.max(byRank.high, byBlocks.high) };
}

/**
 * Where the median of launches lies: Student's t over the logarithms of their medians, since launches differ by factors.
 *
 * @returns null below three launches, and where a median is 0.
 */
export function intervalOverLaunches(medians: readonly number[]): Interval | null {
  const n = medians.length;
  if (n < FEWEST_LAUNCHES || medians.some((value) => value <= 0)) return null;
  const logarithms = medians.map(Math.log);
  const mean = logarithms.reduce((sum, value) => sum + value, 0) / n;
  const variance = logarithms.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = studentQuantile(n - 1, LEVEL) * Math.sqrt(variance / n);
  return { low: Math.exp(mean - half), high: Math.exp(mean + half) };
}

/** Ends as many ranks from the middle as the count of samples below the median may be off: Student's t times its deviation. */
function orderStatistics(samples: readonly number[], worth: number): Interval {
  const n = samples.length;
  const sorted = Float64Array.from(samples).sort();
  const half = (studentQuantile(Math.max(1, Math.floor(worth) - 1), LEVEL) * n) / (2 * Math.sqrt(worth));
  const below = Math.max(0, Math.floor(n / 2 - half));
  return { low: sorted[below]!, high: sorted[n - 1 - below]! };
}

/**
 * Politis and White, Econometric Reviews 23, 2004, with the correlations of the process of first order whose samples are worth as
 * much; at most a third of the samples.
 */
export function blockLength(n: number, worth: number): number {
  const inflation = n / worth;
  const length = Math.cbrt(1.5 * n) * ((inflation * inflation - 1) / (2 * inflation)) ** (2 / 3);
  return Math.max(1, Math.min(Math.floor(n / 3), Math.round(length)));
}

/** Percentiles of the medians of as many samples, drawn in blocks that stood together. Blocks of 1: as if they were independent. */
export function movingBlocks(samples: readonly number[], length: number, seed: number): Interval {
  const n = samples.length;
  const order = ascending(samples);
  const sorted = Float64Array.from(order, (at) => samples[at]!);
  const rankAt = new Uint32Array(n);
  for (const [rank, at] of order.entries()) rankAt[at] = rank;
  const draw = uniform(seed);
  const times = new Uint32Array(n);
  const medians = Float64Array.from({ length: RESAMPLES }, () => {
    times.fill(0);
    for (let drawn = 0; drawn < n; drawn += length) {
      const start = Math.floor(draw() * (n - length + 1));
      const end = start + Math.min(length, n - drawn);
      for (let at = start; at < end; at += 1) times[rankAt[at]!]! += 1;
    }
    return medianOfDrawn(sorted, times);
  }).sort();
  return { low: quantile(medians, TAIL), high: quantile(medians, 1 - TAIL) };
}

/** Median when every sample is listed as often as it was drawn: ranks are counted, not sorted. */
function medianOfDrawn(sorted: Float64Array, times: Uint32Array): number {
  const n = sorted.length;
  let rank = 0;
  let listed = times[0]!;
  const listedAt = (position: number): number => {
    while (listed <= position) listed += times[(rank += 1)]!;
    return sorted[rank]!;
  };
  const lower = listedAt((n - 1) >> 1);
  return (lower + listedAt(n >> 1)) / 2;
}

/** Linear between the two nearest ranks (Hyndman and Fan, Am. Stat. 50, 1996, type 7). */
export function quantile(sorted: ArrayLike<number>, probability: number): number {
  const position = (sorted.length - 1) * probability;
  const below = sorted[Math.floor(position)]!;
  const above = sorted[Math.ceil(position)]!;
  return below === above ? below : below + (above - below) * (position - Math.floor(position));
}

/** Numbers in [0, 1): the SplitMix32 mixer over a counter, enough for resampling and the same on every machine. */
export function uniform(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
