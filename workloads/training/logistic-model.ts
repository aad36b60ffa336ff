/**
 * Logistic regression from zero weights, as a model that is trained.
 *
 * @module
 */
import type { TrainingData } from './data/samples.ts';
import { learnedNetwork } from './learned-network.ts';
import { predictionsOf, scoreOf, standingOf } from './logistic-regression.ts';
import type { Model } from './model.ts';

export function logisticModel(data: TrainingData, features: number): Model {
  const { training, heldOut } = data;
  return {
    start: new Float64Array(features),
    description: null,
    standing: (weights) => standingOf(training, heldOut, weights),
    predictions: (weights) => predictionsOf(heldOut.rows, weights),
    scores: (weights, { first, count }) => training.rows.slice(first, first + count).map((row) => scoreOf(row, weights)),
    network: (weights) => learnedNetwork(data, weights),
  };
}
