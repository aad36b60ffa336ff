/**
 * When a launch has enough samples: its median is known, or it has taken as many as it may. The rule is pure, so that simulation can
 * tell how often the intervals that it leads to hold.
 *
 * @module
 */
import { intervalWithinLaunch } from '../record/median-interval.ts';
import type { MeasuredRecord } from '../record/record.ts';
import { median } from '../record/statistics.ts';

/**
 * The first number of samples after which a median may count as known. An interval that is looked at early and often is sooner or later
 * narrow by luck, and then misses more often. Looked at from here on, each time after half as many samples again, it keeps its coverage.
 */
const FIRST_ASKED = 30;

export interface StoppingRule {
  /** Half-width that is enough, as a share of the median. */
  readonly precision: number;
  /** Samples that one launch never passes. */
  readonly mostSamples: number;
}

/** Why a launch took no more samples: the median was known, the time was spent, or `mostSamples` were taken. */
export type Stopped = NonNullable<MeasuredRecord['stopped']>;

/**
 * Samples to take before the rule is asked again: 1, 1, 2, 4, ... up to the first time that counts, then half as many again.
 * 0: `mostSamples` are taken.
 */
export function nextRound(taken: number, { mostSamples }: StoppingRule): number {
  const round = taken < FIRST_ASKED ? Math.min(Math.max(1, taken), FIRST_ASKED - taken) : Math.ceil(taken / 2);
  return Math.min(round, mostSamples - taken);
}

/** Whether the interval of the median lies within `precision` of it. In the order taken. */
export function isPrecise(samples: readonly number[], { precision }: StoppingRule): boolean {
  if (samples.length < FIRST_ASKED) return false;
  const interval = intervalWithinLaunch(samples);
  const middle = median(samples);
  return interval !== null && Math.max(interval.high - middle, middle - interval.low) <= precision * middle;
}
