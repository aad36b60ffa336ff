/**
 * How much longer a case takes in one run than in another: over launches, since batches of one launch share its fortunes.
 *
 * @module
 */
import { batchTimes_ns, SERVER_STAGES } from '../../harness/record/batch-times.ts';
import type { MeasuredRecord } from '../../harness/record/record.ts';
import { median, type Interval } from '../../harness/record/statistics.ts';
import { studentQuantile, studentTail } from '../../harness/record/student.ts';

export interface TimeRatio {
  /** New over base, of server times: 1.1 is 10% slower. */
  readonly ratio: number;
  /** 95%; null: fewer than three launches on one side. */
  readonly interval: Interval | null;
  /** Two-sided, of such a ratio or a further one where nothing changed; null without an interval. */
  readonly p: number | null;
  /** Whether launches were taken in turns, so that what slows the machine meets both; false where there are too few to tell. */
  readonly paired: boolean;
}

/** Two tell hardly anything of how launches differ. */
export const FEWEST_LAUNCHES = 3;
const LEVEL = 0.95;

/** null: one of them did not time all stages of the server. Launches are of one case each. */
export function timeRatio(base: readonly MeasuredRecord[], next: readonly MeasuredRecord[]): TimeRatio | null {
  const [before, after] = [logMedians(base), logMedians(next)];
  if (before.length === 0 || after.length === 0) return null;
  const paired = areInTurns(base, next);
  const { difference, error, degrees } = paired ? ofPairs(before, after) : ofTwoGroups(before, after);
  const ratio = Math.exp(difference);
  if (Math.min(before.length, after.length) < FEWEST_LAUNCHES) return { ratio, interval: null, p: null, paired: false };
  const half = studentQuantile(degrees, LEVEL) * error;
  return {
    ratio,
    interval: { low: Math.exp(difference - half), high: Math.exp(difference + half) },
    p: error === 0 ? (difference === 0 ? 1 : 0) : studentTail(difference / error, degrees),
    paired,
  };
}

/** Launches differ by factors: the logarithm of the median of each, in the order in which they began. */
function logMedians(launches: readonly MeasuredRecord[]): readonly number[] {
  return inOrder(launches).flatMap((launch) => {
    const times_ns = batchTimes_ns(launch, SERVER_STAGES);
    return times_ns === null ? [] : [Math.log(median(times_ns))];
  });
}

function inOrder(launches: readonly MeasuredRecord[]): readonly MeasuredRecord[] {
  return launches.toSorted((left, right) => left.startedAt.localeCompare(right.startedAt) || left.launch - right.launch);
}

/** Whether each pair of launches that follow each other has one of both: as from runs that were made in turns. */
function areInTurns(base: readonly MeasuredRecord[], next: readonly MeasuredRecord[]): boolean {
  if (base.length !== next.length) return false;
  const all = [...base.map((launch) => ({ launch, side: 0 })), ...next.map((launch) => ({ launch, side: 1 }))];
  const ordered = all.toSorted((left, right) => left.launch.startedAt.localeCompare(right.launch.startedAt));
  return base.every((_, pair) => ordered[2 * pair]!.side !== ordered[2 * pair + 1]!.side);
}

interface Difference {
  readonly difference: number;
  /** Standard error. */
  readonly error: number;
  readonly degrees: number;
}

function ofPairs(before: readonly number[], after: readonly number[]): Difference {
  const { mean, variance } = momentsOf(after.map((value, at) => value - before[at]!));
  return { difference: mean, error: Math.sqrt(variance / before.length), degrees: Math.max(1, before.length - 1) };
}

/** B. L. Welch, Biometrika 34, 1947: variances of the two need not be equal. Degrees of freedom are rounded down. */
function ofTwoGroups(before: readonly number[], after: readonly number[]): Difference {
  const [left, right] = [momentsOf(before), momentsOf(after)];
  const [ofLeft, ofRight] = [left.variance / before.length, right.variance / after.length];
  const total = ofLeft + ofRight;
  const degrees =
    total === 0 ? 1 : total ** 2 / (ofLeft ** 2 / Math.max(1, before.length - 1) + ofRight ** 2 / Math.max(1, after.length - 1));
  return { difference: right.mean - left.mean, error: Math.sqrt(total), degrees: Math.max(1, Math.floor(degrees)) };
}

function momentsOf(values: readonly number[]): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: values.length < 2 ? 0 : squares / (values.length - 1) };
}
