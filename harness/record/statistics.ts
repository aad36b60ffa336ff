/**
 * The figures that the tables print. Pure; every random draw is seeded, so equal samples give equal bytes.
 *
 * The headline is the median: latencies of encrypted computation are skewed, and a mean follows its outliers.
 *
 * @module
 */
import { FEWEST_LAUNCHES, FEWEST_SAMPLES, intervalOverLaunches, intervalWithinLaunch, quantile, type Interval } from './median-interval.ts';

export type { Interval } from './median-interval.ts';

/** Of the standard normal distribution at 0.975. */
const Z = 1.959963984540054;

export interface Summary {
  /** Samples of all launches. */
  readonly n: number;
  readonly launches: number;
  /** Median of the launches' medians: a launch that stopped early counts as much as any other. */
  readonly median: number;
  /** 95% of the median; null: `reason` says why. */
  readonly interval: Interval | null;
  /** What the interval speaks of: the next sample of the one launch there was, or the next launch. null without an interval. */
  readonly scope: 'within one launch' | 'over launches' | null;
  /** Why there is no interval; null where there is one. */
  readonly reason: string | null;
}

/** An estimate with its 95% interval, where there are samples enough for one. */
export interface Estimated {
  readonly value: number;
  readonly interval: Interval | null;
}

/**
 * Samples of one launch, in the order taken.
 *
 * @throws RangeError for no samples.
 */
export function summarize(samples: readonly number[], seed = 1): Summary {
  return summarizeLaunches([samples], seed);
}

/**
 * Samples of each launch, in the order taken. Launches without samples count for nothing.
 *
 * @throws RangeError for no samples at all.
 */
export function summarizeLaunches(samplesPerLaunch: readonly (readonly number[])[], seed = 1): Summary {
  const launches = samplesPerLaunch.filter((samples) => samples.length > 0);
  const medians = launches.map(median);
  const value = median(medians);
  const interval = launches.length === 1 ? intervalWithinLaunch(launches[0]!, seed) : intervalOverLaunches(medians);
  return {
    n: launches.reduce((sum, { length }) => sum + length, 0),
    launches: launches.length,
    median: value,
    // With many launches of which one is far away, the mean of logarithms and its interval may leave the median behind.
    interval: interval && { low: Math.min(interval.low, value), high: Math.max(interval.high, value) },
    scope: interval === null ? null : launches.length === 1 ? 'within one launch' : 'over launches',
    reason: interval === null ? reasonWithout(launches) : null,
  };
}

function reasonWithout(launches: readonly (readonly number[])[]): string {
  if (launches.length === 1) return `no interval below n = ${FEWEST_SAMPLES} in one launch`;
  if (launches.length < FEWEST_LAUNCHES) return `no interval from two launches: they tell too little of how launches differ`;
  return 'no interval: below the step of the clock';
}

/** @throws RangeError for no samples. */
export function median(samples: readonly number[]): number {
  if (samples.length === 0) throw new RangeError('no samples');
  return quantile(Float64Array.from(samples).sort(), 0.5);
}

/**
 * Median of left[i] / right[i]: samples taken in pairs (ABBA), in the order taken, so that a drift of the machine meets both sides.
 *
 * @throws RangeError for unequal lengths or no pairs.
 */
export function pairedRatio(left: readonly number[], right: readonly number[], seed = 1): Estimated {
  if (left.length !== right.length) throw new RangeError(`pairs need equal lengths, got ${left.length} and ${right.length}`);
  const { median: value, interval } = summarize(
    left.map((time, index) => time / right[index]!),
    seed,
  );
  return { value, interval };
}

/**
 * 95% score interval of a share (Wilson, J. Am. Stat. Assoc. 22, 1927): it stays within 0..1 and holds from one sample on.
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
