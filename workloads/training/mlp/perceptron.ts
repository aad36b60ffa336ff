/**
 * A network of one hidden layer and the square as its activation, in float64: scores V (W x)^2, and half the squared distance from the
 * label's unit vector as loss. No bias beside the constant feature.
 *
 * @module
 */
import type { Batch } from '../descent.ts';
import type { LabelledRows } from '../data/samples.ts';

export interface Sides {
  readonly features: number;
  readonly hidden: number;
  readonly outputs: number;
}

/** Weights in one row: W unit by unit, then V output by output. */
export function weightCount({ features, hidden, outputs }: Sides): number {
  return hidden * (features + outputs);
}

/** Where V begins. */
export function secondLayer({ features, hidden }: Sides): number {
  return hidden * features;
}

/** The derivative of the loss by a unit's sum, and what the unit hands on. */
export interface Activation {
  readonly value: (sum: number) => number;
  readonly derivative: (sum: number) => number;
}

export const square: Activation = { value: (sum) => sum * sum, derivative: (sum) => 2 * sum };
export const relu: Activation = { value: (sum) => Math.max(0, sum), derivative: (sum) => (sum > 0 ? 1 : 0) };

/** From scores to what is compared with the label's unit vector; the difference is the derivative of the loss by the scores. */
export type Answer = (scores: Float64Array) => Float64Array;

export const asTheyAre: Answer = (scores) => scores;

export function softmax(scores: Float64Array): Float64Array {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

export interface Passed {
  readonly sums: Float64Array;
  readonly hidden: Float64Array;
  readonly scores: Float64Array;
}

/** One sample through the network. */
export function forward(sides: Sides, weights: Float64Array, row: Float64Array, activation: Activation): Passed {
  const sums = products(weights, 0, sides.hidden, row);
  const hidden = sums.map(activation.value);
  return { sums, hidden, scores: products(weights, secondLayer(sides), sides.outputs, hidden) };
}

/** A matrix, row by row in `weights` from `first` on, times a vector. */
function products(weights: Float64Array, first: number, rows: number, vector: Float64Array): Float64Array {
  const results = new Float64Array(rows);
  for (let row = 0, at = first; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < vector.length; column++) sum += weights[at++]! * vector[column]!;
    results[row] = sum;
  }
  return results;
}

/** What one sample adds to the gradient: for each output its error, and for each unit the derivative by its sum. */
export interface Errors {
  readonly outputs: Float64Array;
  /** Errors through V transposed. */
  readonly back: Float64Array;
  readonly sums: Float64Array;
}

export function backward(
  sides: Sides,
  weights: Float64Array,
  { sums, scores }: Passed,
  label: number,
  { derivative }: Activation,
  answer: Answer,
): Errors {
  const outputs = Float64Array.from(answer(scores), (value, output) => value - (output === label ? 1 : 0));
  const back = new Float64Array(sides.hidden);
  for (let output = 0, at = secondLayer(sides); output < sides.outputs; output++) {
    for (let unit = 0; unit < sides.hidden; unit++) back[unit]! += weights[at++]! * outputs[output]!;
  }
  return { outputs, back, sums: back.map((value, unit) => value * derivative(sums[unit]!)) };
}

/** Sum over a batch. `see` is shown every sample. */
export function gradientOf(
  sides: Sides,
  { rows, labels }: LabelledRows,
  { first, count }: Batch,
  weights: Float64Array,
  activation: Activation = square,
  answer: Answer = asTheyAre,
  see?: (passed: Passed, errors: Errors) => void,
): Float64Array {
  const gradient = new Float64Array(weightCount(sides));
  for (let sample = first; sample < first + count; sample++) {
    const passed = forward(sides, weights, rows[sample]!, activation);
    const errors = backward(sides, weights, passed, labels[sample]!, activation, answer);
    addOuter(gradient, 0, errors.sums, rows[sample]!);
    addOuter(gradient, secondLayer(sides), errors.outputs, passed.hidden);
    see?.(passed, errors);
  }
  return gradient;
}

function addOuter(target: Float64Array, first: number, left: Float64Array, right: Float64Array): void {
  for (let row = 0, at = first; row < left.length; row++) {
    const factor = left[row]!;
    for (let column = 0; column < right.length; column++) target[at++]! += factor * right[column]!;
  }
}
