/**
 * The training of a network in the clear before anything is encrypted: with the square and squared errors as the circuits have them, and
 * the ordinary way, with ReLU and softmax.
 *
 * @module
 */
import type { TrainingData } from '../data/samples.ts';
import { train, type Course, type Standing } from '../logistic-regression.ts';
import { epochEnds, medianOf, rms, Sizes, type Reference, type Size } from '../rehearsal.ts';
import type { TrainingRehearsal } from '../training.ts';
import type { MlpSizes } from './circuit.ts';
import {
  asTheyAre,
  forward,
  gradientOf,
  relu,
  secondLayer,
  softmax,
  square,
  type Activation,
  type Answer,
  type Sides,
} from './perceptron.ts';

/** Scores beyond it are a training that diverges: labels are 0 and 1, and squares throw scores farther each time. */
const DIVERGED = 100;

/** What sizes of slots follow from: sums over a batch are cut into slots by a layout. */
export type SeenSizes = Omit<MlpSizes, 'firstSlots' | 'secondSlots'> & {
  readonly gradientLargest: readonly [first: number, second: number];
};

export interface MlpRehearsal extends TrainingRehearsal {
  readonly seen: SeenSizes;
}

export interface MlpDivergence {
  readonly update: number;
}

export function rehearseMlp(data: TrainingData, sides: Sides, course: Course, start: Float64Array): MlpRehearsal | MlpDivergence {
  const names = ['features', 'first', 'second', 'sums', 'hidden', 'scores', 'errors', 'back', 'derivatives', 'gradients'] as const;
  const sizes = Object.fromEntries(names.map((name) => [name, new Sizes()])) as Record<(typeof names)[number], Sizes>;
  const parts: [number[], number[], number[]] = [[], [], []];
  const most: [number, number] = [0, 0];
  const split = secondLayer(sides);
  const weights: Float64Array[] = [];
  const gradient = (point: Float64Array, batch: { readonly first: number; readonly count: number }): Float64Array =>
    gradientOf(sides, data.training, batch, point, square, asTheyAre, ({ sums, hidden, scores }, { outputs, back }) => {
      sizes.sums.add(sums);
      sizes.hidden.add(hidden);
      sizes.scores.add(scores);
      sizes.errors.add(outputs);
      sizes.back.add(back);
      sizes.derivatives.add(back.map((value, unit) => value * sums[unit]!));
    });
  for (const { point, gradient: sum, after } of train(data.training, course, gradient, start)) {
    if (!(sizes.scores.size().largest <= DIVERGED)) return { update: after.updates };
    const layers = [sum.subarray(0, split), sum.subarray(split)] as const;
    for (const [at, layer] of layers.entries()) {
      parts[at]!.push(rms(layer));
      most[at] = layer.reduce((largest, value) => Math.max(largest, Math.abs(value)), most[at]!);
    }
    parts[2].push(rms(sum));
    sizes.first.add(point.subarray(0, split));
    sizes.second.add(point.subarray(split));
    sizes.gradients.add(sum);
    weights.push(after.weights);
  }
  for (const row of data.training.rows) sizes.features.add(row);
  const ordinary = train(data.training, course, (point, batch) => gradientOf(sides, data.training, batch, point, relu, softmax), start);
  const seen = Object.fromEntries(names.map((name) => [name, sizes[name].size()])) as Record<(typeof names)[number], Size>;
  const [firstGradient, secondGradient, all] = parts.map(medianOf) as [number, number, number];
  return {
    polynomial: referenceOf(data, sides, epochEnds(weights, course), square, asTheyAre),
    sigmoid: referenceOf(
      data,
      sides,
      epochEnds(
        Array.from(ordinary, ({ after }) => after.weights),
        course,
      ),
      relu,
      softmax,
    ),
    sizes: { gradients: { ...seen.gradients, rms: all } },
    seen: { ...seen, firstGradient, secondGradient, gradientLargest: most },
  };
}

/** Mean squared distance of answers from unit vectors, and shares of right labels. */
export function mlpStanding(data: TrainingData, sides: Sides, weights: Float64Array, activation: Activation, answer: Answer): Standing {
  let [squares, right] = [0, 0];
  const { rows, labels } = data.training;
  for (const [at, row] of rows.entries()) {
    const answers = answer(forward(sides, weights, row, activation).scores);
    squares += answers.reduce((sum, value, output) => sum + (value - (output === labels[at] ? 1 : 0)) ** 2, 0);
    if (largestOf(answers) === labels[at]) right += 1;
  }
  const judged = mlpPredictions(data, sides, weights, activation).filter((label, at) => label === data.heldOut.labels[at]).length;
  return { loss: squares / rows.length, training: right / rows.length, heldOut: judged / data.heldOut.rows.length };
}

export function mlpPredictions({ heldOut }: TrainingData, sides: Sides, weights: Float64Array, activation: Activation): Uint8Array {
  return Uint8Array.from(heldOut.rows, (row) => largestOf(forward(sides, weights, row, activation).scores));
}

function largestOf(scores: Float64Array): number {
  return scores.indexOf(Math.max(...scores));
}

function referenceOf(data: TrainingData, sides: Sides, ends: readonly Float64Array[], activation: Activation, answer: Answer): Reference {
  return { epochs: ends.map((weights) => ({ ...mlpStanding(data, sides, weights, activation, answer), weights })) };
}
