/**
 * The figures that the tables print. Pure; every random draw is seeded, so equal samples give equal bytes.
 *
 * The headline is the median: latencies of encrypted computation are skewed, and a mean follows its outliers. Intervals are
 * percentile bootstraps (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13). Below six samples none
 * is given: there even the range of all samples misses the median more often than one time in twenty (2 * 2^-n > 0.05).
 *
 * @module
 */

export const MINIMUM_FOR_INTERVAL = 6;
const RESAMPLES = 2000;
/** Two-sided 95%. */
const TAIL = 0.025;
/** Of the standard normal distribution at 0.975. */
const Z = 1.959963984540054;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Summary {
  readonly n: number;
  readonly median: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  /** Median absolute deviation from the median, unscaled. */
  readonly medianAbsoluteDeviation: number;
  readonly min: number;
  readonly max: number;
  /** 95% of the median; null below six samples. */
  readonly interval: Interval | null;
}

/** An estimate with its 95% interval, where there are samples enough for one. */
export interface Estimated {
  readonly value: number;
  readonly interval: Interval | null;
}

/** @throws RangeError for no samples. */
export function summarize(samples: readonly number[], seed = 1): Summary {
  const sorted = sort(samples);
  const middle = quantile(sorted, 0.5);
  return {
    n: sorted.length,
    median: middle,
    lowerQuartile: quantile(sorted, 0.25),
    upperQuartile: quantile(sorted, 0.75),
    medianAbsoluteDeviation: median(sorted.map((sample) => Math.abs(sample - middle))),
    min: sorted[0]!,
    max: sorted.at(-1)!,
    interval: medianInterval(sorted, seed),
  };
}

/** @throws RangeError for no samples. */
export function median(samples: readonly number[]): number {
  return quantile(sort(samples), 0.5);
}

/** Median of left over median of right, independent samples. Positive samples only. */
export function medianRatio(left: readonly number[], right: readonly number[], seed = 1): Estimated {
  const value = median(left) / median(right);
  if (Math.min(left.length, right.length) < MINIMUM_FOR_INTERVAL) return { value, interval: null };
  const draw = uniform(seed);
  const [leftSorted, rightSorted] = [sort(left), sort(right)];
  return { value, interval: bootstrap(() => resampledMedian(leftSorted, draw) / resampledMedian(rightSorted, draw)) };
}

/**
 * Median of left[i] / right[i]: samples taken in pairs (ABBA), so that a drift of the machine meets both sides.
 *
 * @throws RangeError for unequal lengths or no pairs.
 */
export function pairedRatio(left: readonly number[], right: readonly number[], seed = 1): Estimated {
  if (left.length !== right.length) throw new RangeError(`pairs need equal lengths, got ${left.length} and ${right.length}`);
  const ratios = left.map((value, index) => value / right[index]!);
  return { value: median(ratios), interval: medianInterval(ratios, seed) };
}

/**
 * 95% score interval of a share (Wilson, J. Am. Stat. Assoc. 22, 1927): it stays within 0..1 and holds at few samples.
 *
 * @throws RangeError unless 0 <= successes <= n and n >= 1.
 */
export function wilsonInterval(successes: number, n: number): Interval {
  if (!(n >= 1 && successes >= 0 && successes <= n)) throw new RangeError(`no share: ${successes} of ${n}`);
  const share = successes / n;
  const centre = share + (Z * Z) / (2 * n);
  const half = Z * Math.sqrt((share * (1 - share)) / n + (Z * Z) / (4 * n * n));
  const scale = 1 + (Z * Z) / n;
  // Exact at the ends, where rounding could leave 0..1.
  return {
    low: successes === 0 ? 0 : Math.max(0, (centre - half) / scale),
    high: successes === n ? 1 : Math.min(1, (centre + half) / scale),
  };
}

/** Bits of a range that an error leaves: log2(range / error); null for no error, which has no finite number of bits. */
export function precision_bits(outputRange: number, maxAbsError: number): number | null {
  return maxAbsError === 0 ? null : Math.log2(outputRange / maxAbsError);
}

function medianInterval(samples: readonly number[], seed: number): Interval | null {
  if (samples.length < MINIMUM_FOR_INTERVAL) return null;
  const draw = uniform(seed);
  const sorted = sort(samples);
  return bootstrap(() => resampledMedian(sorted, draw));
}

function bootstrap(statistic: () => number): Interval {
  const values = sort(Array.from({ length: RESAMPLES }, statistic));
  return { low: quantile(values, TAIL), high: quantile(values, 1 - TAIL) };
}

/** Median of as many samples, drawn with replacement. Ranks are counted, not sorted: linear in n. */
function resampledMedian(sorted: readonly number[], draw: () => number): number {
  const times = new Uint32Array(sorted.length);
  for (let i = 0; i < sorted.length; i += 1) times[Math.floor(draw() * sorted.length)]! += 1;
  const lower = sorted[rankOf(times, Math.floor((sorted.length - 1) / 2))]!;
  const upper = sorted[rankOf(times, Math.ceil((sorted.length - 1) / 2))]!;
  return (lower + upper) / 2;
}

/** Index of the sample that stands at `position` when every sample is listed as often as it was drawn. */
function rankOf(times: Uint32Array, position: number): number {
  let listed = 0;
  return times.findIndex((count) => (listed += count) > position);
}

/** Linear between the two nearest ranks (Hyndman and Fan, Am. Stat. 50, 1996, type 7). */
function quantile(sorted: readonly number[], probability: number): number {
  const position = (sorted.length - 1) * probability;
  const below = sorted[Math.floor(position)]!;
  const above = sorted[Math.ceil(position)]!;
  return below === above ? below : below + (above - below) * (position - Math.floor(position));
}

function sort(samples: readonly number[]): number[] {
  if (samples.length === 0) throw new RangeError('no samples');
  return Array.from(Float64Array.from(samples).sort());
}

/** Numbers in [0, 1): the SplitMix32 mixer over a counter, enough for resampling and the same on every machine. */
function uniform(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
