/**
 * Logistic regression in float64: gradients, losses, and whole trainings that encrypted ones are compared with.
 *
 * @module
 */
import { batchesOf, descend, startDescent, type Batch, type DescentRule, type DescentState } from './descent.ts';
import type { LabelledRows } from './data/samples.ts';

/** From a score to the probability of label 1. */
export type Activation = (score: number) => number;

export function scoreOf(row: Float64Array, weights: Float64Array): number {
  let score = 0;
  for (let at = 0; at < row.length; at++) score += row[at]! * weights[at]!;
  return score;
}

/** Sum over the batch of (activation(score) - label) times the row. */
export function gradientOf(
  { rows, labels }: LabelledRows,
  { first, count }: Batch,
  weights: Float64Array,
  activation: Activation,
): Float64Array {
  const gradient = new Float64Array(weights.length);
  for (let sample = first; sample < first + count; sample++) {
    const row = rows[sample]!;
    const error = activation(scoreOf(row, weights)) - labels[sample]!;
    for (let at = 0; at < row.length; at++) gradient[at]! += error * row[at]!;
  }
  return gradient;
}

/** How good weights are, by the true sigmoid. */
export interface Standing {
  /** Mean cross-entropy of the training rows, in nats. */
  readonly loss: number;
  /** Shares of right labels. */
  readonly training: number;
  readonly heldOut: number;
}

export function standingOf(training: LabelledRows, heldOut: LabelledRows, weights: Float64Array): Standing {
  return { loss: lossOf(training, weights), training: accuracyOf(training, weights), heldOut: accuracyOf(heldOut, weights) };
}

function lossOf({ rows, labels }: LabelledRows, weights: Float64Array): number {
  const losses = rows.map((row, sample) => {
    const score = scoreOf(row, weights);
    // ln(1 + e^x) without overflow.
    const towards = labels[sample] === 1 ? -score : score;
    return Math.max(towards, 0) + Math.log1p(Math.exp(-Math.abs(towards)));
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

export function predictionsOf(rows: readonly Float64Array[], weights: Float64Array): Uint8Array {
  return Uint8Array.from(rows, (row) => (scoreOf(row, weights) > 0 ? 1 : 0));
}

function accuracyOf({ rows, labels }: LabelledRows, weights: Float64Array): number {
  return predictionsOf(rows, weights).filter((label, sample) => label === labels[sample]).length / rows.length;
}

/** What one update saw of its batch. */
export interface UpdateSeen {
  readonly batch: Batch;
  /** At which the gradient was taken. */
  readonly point: Float64Array;
  readonly gradient: Float64Array;
  readonly after: DescentState;
}

export interface Course {
  readonly rule: DescentRule;
  readonly epochs: number;
  /** Rows of an update, at most. */
  readonly batch: number;
}

/** A whole training in the clear, update by update. @param gradient Sum over a batch, at weights. @param start Zeros where absent. */
export function* train(
  { rows }: LabelledRows,
  { rule, epochs, batch }: Course,
  gradient: (weights: Float64Array, batch: Batch) => Float64Array,
  start: Float64Array = new Float64Array(rows[0]!.length),
): Generator<UpdateSeen> {
  const batches = batchesOf(rows.length, batch);
  let state = startDescent(start);
  for (let update = 0; update < epochs * batches.length; update++) {
    const taken = batches[update % batches.length]!;
    const sum = gradient(state.point, taken);
    const after = descend(rule, state, sum, taken.count);
    yield { batch: taken, point: state.point, gradient: sum, after };
    state = after;
  }
}
