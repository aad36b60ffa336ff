/**
 * Samples of two or more classes that a model learns from, and others that it is judged by.
 *
 * @module
 */

/** Rows of equally many features. */
export interface LabelledRows {
  readonly rows: readonly Float64Array[];
  /** The class of each row, counted from 0. */
  readonly labels: Uint8Array;
}

export interface TrainingData {
  readonly training: LabelledRows;
  readonly heldOut: LabelledRows;
  /** In plain words: which data, how many, how they were split and scaled, under which licence. */
  readonly description: string;
  /** What the labels stand for, from 0 on. */
  readonly classes: readonly string[];
}

/** Rows with a constant feature behind the others, whose weight is the bias. */
export function withBias({ rows, labels }: LabelledRows): LabelledRows {
  const biased = rows.map((row) => {
    const longer = new Float64Array(row.length + 1);
    longer.set(row);
    longer[row.length] = 1;
    return longer;
  });
  return { rows: biased, labels };
}

/** Mean and deviation of every feature. */
export interface Standards {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

/** Of the training rows alone: what is held out must not be known. */
export function standardsOf(rows: readonly Float64Array[]): Standards {
  const features = rows[0]!.length;
  const means = new Float64Array(features);
  for (const row of rows) for (let at = 0; at < features; at++) means[at]! += row[at]! / rows.length;
  // Counted in the largest distance of a feature: squares of very small and very large distances are no doubles.
  const largest = new Float64Array(features);
  for (const row of rows) for (let at = 0; at < features; at++) largest[at] = Math.max(largest[at]!, Math.abs(row[at]! - means[at]!));
  const units = largest.map((distance) => distance || 1);
  const variances = new Float64Array(features);
  for (const row of rows) for (let at = 0; at < features; at++) variances[at]! += ((row[at]! - means[at]!) / units[at]!) ** 2 / rows.length;
  return { means, deviations: variances.map((variance, at) => units[at]! * Math.sqrt(variance)) };
}

/** Every feature to mean 0 and deviation 1. */
export function standardised({ rows, labels }: LabelledRows, { means, deviations }: Standards): LabelledRows {
  return { rows: rows.map((row) => row.map((value, at) => (value - means[at]!) / deviations[at]!)), labels };
}
