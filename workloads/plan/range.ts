/**
 * Ranges of the values that a linear computation passes through.
 *
 * The computation is written once, over an abstract domain (Cousot and Cousot, POPL 1977): the planner's own sums, with the
 * product of a weight and an input left open. Read over lower ends, upper ends and magnitudes it gives intervals that hold for
 * every input; read over sample inputs it gives what those samples reach.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';

/** The domain over which a linear computation is evaluated. */
export interface Domain {
  /** A weight times input `column`. */
  product(weight: number, column: number): number;
  /** A number that no input changes. */
  constant(value: number): number;
}

/** A linear computation: the values after each of its stages, for all slots; only sums of products and constants. */
export type Stages = (domain: Domain) => readonly Float64Array[];

export interface Interval {
  readonly min: number;
  readonly max: number;
}

/** Worst case over all inputs, or seen on samples and widened `margin` times. */
export type RangeRule =
  | { readonly bound: 'proven' }
  | {
      readonly bound: 'calibrated';
      readonly samples: readonly Float64Array[];
      readonly margin: number;
      /** Of the intervals that polynomials are fitted on; without it, `margin`. */
      readonly fitMargin?: number;
    };

/** An interval around zero and all of the values, widened `margin` times. */
export function seenInterval(vectors: readonly Float64Array[], margin: number): Interval {
  let [min, max] = [0, 0];
  for (const values of vectors) {
    const seen = endsOf(values);
    min = Math.min(min, seen.min);
    max = Math.max(max, seen.max);
  }
  return { min: min * margin, max: max * margin };
}

/** Values vary so many times less than they are far from zero, and an interval around zero would be lost on them. */
const FAR = 8;

/**
 * Of values far from zero for how little they vary, an interval around the middle of them all, widened `margin` times; null: they are not,
 * or never vary.
 */
export function ownInterval(vectors: readonly Float64Array[], margin: number): Interval | null {
  let [min, max] = [Infinity, -Infinity];
  for (const values of vectors) {
    const seen = endsOf(values);
    min = Math.min(min, seen.min);
    max = Math.max(max, seen.max);
  }
  const [middle, half] = [(min + max) / 2, (max - min) / 2];
  return half > 0 && half * FAR < Math.abs(middle) ? { min: middle - half * margin, max: middle + half * margin } : null;
}

/** NaN where any value is none: ranges are then refused. */
function endsOf(values: Float64Array): Interval {
  let [min, max, sum] = [Infinity, -Infinity, 0];
  // Comparisons, because Math.min and Math.max take five times as long here.
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  return Number.isNaN(sum) && values.some(Number.isNaN) ? { min: NaN, max: NaN } : { min, max };
}

/** Ranges are float64: their products and squares must stay far from its end. */
const MOST_LOG2 = 400;

/**
 * Refuses ranges that are too wide to compute with.
 *
 * @param most The largest magnitude in the range.
 * @throws EnigmarkError RANGE_TOO_LARGE past 2^400
 */
export function assertRange(most: number): void {
  if (most <= 2 ** MOST_LOG2) return;
  throw new EnigmarkError('RANGE_TOO_LARGE', {
    expected: `whole numbers below 2^${MOST_LOG2}`,
    got: `numbers up to 2^${Math.log2(most).toFixed(1)}`,
    remedy:
      'count in fewer bits (--bits), narrow the ranges (--margin), lower the degree of polynomials (--degree), let the client apply activations (--activation client), or take a scheme of real numbers or tables',
  });
}

/** The error, with the layer where a range was found to be too wide; any other as it is. */
export function atLayer(error: unknown, layer: string): unknown {
  if (!(error instanceof EnigmarkError) || error.code !== 'RANGE_TOO_LARGE' || error.expected.includes(`'${layer}'`)) return error;
  const { expected, got, remedy } = error;
  return new EnigmarkError(error.code, { expected: `${expected} behind '${layer}'`, got, remedy, cause: error });
}

function largestOf({ min, max }: Interval): number {
  return Math.max(Math.abs(min), Math.abs(max));
}

/** The largest error of a float64 sum of `terms` numbers, each at most `most`, all with the same sign. */
function roundingOf(most: number, terms: number): number {
  return most * 2 * (terms + 1) * Number.EPSILON;
}

/** The interval in whole numbers, outward. */
export function wholeInterval({ min, max }: Interval): Interval {
  return { min: Math.floor(min), max: Math.ceil(max) };
}

/**
 * Interval arithmetic: after each stage, an interval that holds every slot for all inputs, input `column` being in `inputs(column)`.
 * Real intervals are widened by the rounding of a float64 sum of `terms` numbers in any order (Higham, "Accuracy and Stability of
 * Numerical Algorithms", 2nd ed., section 4.2), here and wherever the sum is computed again; whole numbers are exact up to 2^53, and
 * past that their intervals are widened as well.
 *
 * @throws EnigmarkError RANGE_TOO_LARGE
 */
export function provenRanges(stages: Stages, inputs: (column: number) => Interval, terms: number, whole: boolean): readonly Interval[] {
  const constant = (value: number): number => value;
  const over = (ends: (weight: number, input: Interval) => number): readonly Float64Array[] =>
    stages({ constant, product: (weight, column) => ends(weight, inputs(column)) });
  const low = over((weight, { min, max }) => Math.min(weight * min, weight * max));
  const high = over((weight, { min, max }) => Math.max(weight * min, weight * max));
  const magnitude = stages({
    constant: Math.abs,
    product: (weight, column) => Math.abs(weight) * largestOf(inputs(column)),
  });
  return magnitude.map((stage, index) => {
    const most = endsOf(stage).max;
    if (whole) assertRange(most);
    const isExact = whole && most <= Number.MAX_SAFE_INTEGER;
    const rounding = isExact ? 0 : roundingOf(most, terms);
    const range = { min: endsOf(low[index]!).min - rounding, max: endsOf(high[index]!).max + rounding };
    return whole ? wholeInterval(range) : range;
  });
}

/** After each stage, an interval around zero and all that the samples reach, widened `margin` times. */
export function calibratedRanges(stages: Stages, samples: readonly Float64Array[], margin: number): readonly Interval[] {
  const constant = (value: number): number => value;
  const seen: { min: number; max: number }[] = [];
  for (const sample of samples) {
    stages({ constant, product: (weight, column) => weight * sample[column]! }).forEach((values, index) => {
      const range = (seen[index] ??= { min: 0, max: 0 });
      const ends = endsOf(values);
      range.min = Math.min(range.min, ends.min);
      range.max = Math.max(range.max, ends.max);
    });
  }
  return seen.map(({ min, max }) => ({ min: min * margin, max: max * margin }));
}
