/**
 * A training in the clear before anything is encrypted: whether the rate holds, how large values become, and what the encrypted training
 * is compared with.
 *
 * @module
 */
import { sigmoidAlgorithm, type Algorithm } from './algorithm.ts';
import { standingOf, scoreOf, train, type Course, type Standing } from './logistic-regression.ts';
import type { TrainingData } from './data/samples.ts';

/** A quantity over a whole training. */
export interface Size {
  readonly largest: number;
  readonly rms: number;
}

/** One training in float64. */
export interface Reference {
  /** The model after every epoch, and how it stands. */
  readonly epochs: readonly (Standing & { readonly weights: Float64Array })[];
}

export interface Rehearsal {
  /** The algorithm of the circuits, with their polynomial and rounding. */
  readonly polynomial: Reference;
  /** The ordinary run. */
  readonly sigmoid: Reference;
  readonly sizes: {
    readonly features: Size;
    readonly weights: Size;
    readonly scores: Size;
    readonly errors: Size;
    /** Sums over a batch. rms: the median over updates of the root mean square of a gradient. */
    readonly gradients: Size;
  };
  /** Scores outside the polynomial's interval, over all samples and updates, and how many there were. */
  readonly overflows: number;
  readonly scored: number;
}

/** Scores this many times farther out than the polynomial was made for are a training that diverges: cubes throw them farther each time. */
const DIVERGED = 4;

export interface Divergence {
  /** Update, from 1, after which scores are out of bounds. */
  readonly update: number;
  readonly largestScore: number;
}

export function isDivergence(found: Rehearsal | Divergence): found is Divergence {
  return 'largestScore' in found;
}

/** Both trainings from zero weights, or where the first of them is lost. */
export function rehearse(data: TrainingData, course: Course, { gradient, activation, polynomial }: Algorithm): Rehearsal | Divergence {
  const interval = polynomial?.interval ?? Infinity;
  const { rows, labels } = data.training;
  const seen = { weights: new Sizes(), scores: new Sizes(), errors: new Sizes(), gradients: new Sizes() };
  const gradientSizes: number[] = [];
  let [overflows, scored] = [0, 0];
  const updates: Float64Array[] = [];
  for (const { batch, point, gradient: sum, after } of train(data.training, course, gradient)) {
    const scores = rows.slice(batch.first, batch.first + batch.count).map((row) => scoreOf(row, point));
    const largestScore = scores.reduce((most, score) => Math.max(most, Math.abs(score)), 0);
    if (!(largestScore <= DIVERGED * interval)) return { update: after.updates, largestScore };
    overflows += scores.filter((score) => Math.abs(score) > interval).length;
    seen.scores.add(scores);
    seen.errors.add(scores.map((score, at) => activation(score) - labels[batch.first + at]!));
    seen.weights.add(point);
    seen.gradients.add(sum);
    gradientSizes.push(rms(sum));
    scored += scores.length;
    updates.push(after.weights);
  }
  const features = new Sizes();
  for (const row of rows) features.add(row);
  const exact = Array.from(train(data.training, course, sigmoidAlgorithm(data.training).gradient), ({ after }) => after.weights);
  return {
    polynomial: referenceOf(data, epochEnds(updates, course)),
    sigmoid: referenceOf(data, epochEnds(exact, course)),
    sizes: {
      features: features.size(),
      weights: seen.weights.size(),
      scores: seen.scores.size(),
      errors: seen.errors.size(),
      gradients: { ...seen.gradients.size(), rms: medianOf(gradientSizes) },
    },
    overflows,
    scored,
  };
}

/** Of a training with the true sigmoid, before it is known how numbers are rounded. */
export function sizesInFloat(data: TrainingData, course: Course): Rehearsal['sizes'] {
  const found = rehearse(data, course, sigmoidAlgorithm(data.training));
  // Its scores are held to no interval, and those of finite data stay finite.
  if (isDivergence(found)) throw new Error('a training with the true sigmoid left all bounds');
  return found.sizes;
}

/** Of the weights after every update, those after every epoch. */
export function epochEnds(weights: readonly Float64Array[], { epochs }: Course): readonly Float64Array[] {
  const perEpoch = weights.length / epochs;
  return weights.filter((_, update) => (update + 1) % perEpoch === 0);
}

function referenceOf({ training, heldOut }: TrainingData, ends: readonly Float64Array[]): Reference {
  return { epochs: ends.map((weights) => ({ ...standingOf(training, heldOut, weights), weights })) };
}

export class Sizes {
  #largest = 0;
  #squares = 0;
  #count = 0;

  add(values: ArrayLike<number>): void {
    for (let at = 0; at < values.length; at++) {
      this.#largest = Math.max(this.#largest, Math.abs(values[at]!));
      this.#squares += values[at]! ** 2;
    }
    this.#count += values.length;
  }

  size(): Size {
    return { largest: this.#largest, rms: Math.sqrt(this.#squares / this.#count) };
  }
}

export function rms(values: Float64Array): number {
  return Math.hypot(...values) / Math.sqrt(values.length);
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
