/**
 * What is learned, as everything beside the gradient sees it.
 *
 * @module
 */
import type { LearnedNetwork } from './learned-network.ts';
import type { Batch } from './descent.ts';
import type { Standing } from './logistic-regression.ts';

/** Weights are one row of numbers; the model knows which of them are which. */
export interface Model {
  /** Weights before the first update. */
  readonly start: Float64Array;
  /** In plain words, where it is no logistic regression: what is learned, and what its loss is. */
  readonly description: string | null;
  standing(weights: Float64Array): Standing;
  /** Classes of held-out rows. */
  predictions(weights: Float64Array): Uint8Array;
  /** The scores of a batch. */
  scores(weights: Float64Array, batch: Batch): readonly number[];
  network(weights: Float64Array): LearnedNetwork;
}
