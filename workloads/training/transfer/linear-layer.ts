/**
 * One linear layer in float64, on features that do not change. Loss: half the squared distance of scores from the label's unit vector; the
 * ordinary way, softmax and cross-entropy, has the same gradient with probabilities in the place of scores.
 *
 * @module
 */
import type { LabelledRows, TrainingData } from '../data/samples.ts';
import type { Batch } from '../descent.ts';
import { scoreOf, type Standing } from '../logistic-regression.ts';
import type { Answer } from '../mlp/perceptron.ts';

export interface LayerSides {
  readonly features: number;
  readonly outputs: number;
}

/** Weights output by output in one row. */
export function scoresOf({ features, outputs }: LayerSides, weights: Float64Array, row: Float64Array): Float64Array {
  return Float64Array.from({ length: outputs }, (_, output) => scoreOf(row, weights.subarray(output * features, (output + 1) * features)));
}

/** Sum over a batch. `see` is shown scores and errors of every sample. */
export function layerGradient(
  sides: LayerSides,
  { rows, labels }: LabelledRows,
  { first, count }: Batch,
  weights: Float64Array,
  answer: Answer,
  see?: (scores: Float64Array, errors: Float64Array) => void,
): Float64Array {
  const gradient = new Float64Array(weights.length);
  for (let sample = first; sample < first + count; sample++) {
    const row = rows[sample]!;
    const scores = scoresOf(sides, weights, row);
    const errors = Float64Array.from(answer(scores), (value, output) => value - (output === labels[sample] ? 1 : 0));
    for (let output = 0, at = 0; output < sides.outputs; output++) {
      for (let feature = 0; feature < sides.features; feature++) gradient[at++]! += errors[output]! * row[feature]!;
    }
    see?.(scores, errors);
  }
  return gradient;
}

/** Mean squared distance of answers from unit vectors, and shares of right labels. */
export function layerStanding({ training, heldOut }: TrainingData, sides: LayerSides, weights: Float64Array, answer: Answer): Standing {
  const answers = training.rows.map((row) => answer(scoresOf(sides, weights, row)));
  const distances = answers.map((values, at) =>
    values.reduce((sum, value, output) => sum + (value - (output === training.labels[at] ? 1 : 0)) ** 2, 0),
  );
  const share = (labels: Uint8Array, right: Uint8Array): number => labels.filter((label, at) => label === right[at]).length / labels.length;
  return {
    loss: distances.reduce((sum, distance) => sum + distance, 0) / distances.length,
    training: share(layerPredictions(training.rows, sides, weights), training.labels),
    heldOut: share(layerPredictions(heldOut.rows, sides, weights), heldOut.labels),
  };
}

export function layerPredictions(rows: readonly Float64Array[], sides: LayerSides, weights: Float64Array): Uint8Array {
  return Uint8Array.from(rows, (row) => {
    const scores = scoresOf(sides, weights, row);
    return scores.indexOf(Math.max(...scores));
  });
}
