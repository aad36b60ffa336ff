/**
 * Sign networks in whole numbers: weights that were trained as multiples of one step become counts of it.
 *
 * @module
 */
import type { DenseLayer } from '../../network/dense.ts';
import type { Layer } from '../../network/network.ts';

/**
 * The same classes from whole weights and biases, for dense layers whose weights are multiples of 1 / `largest` times one factor per row,
 * each followed by sign, the last by nothing. Neither sign nor the largest output minds a positive factor, which is left out: per row
 * before sign, once for all rows in the end. For whole sums s, s + b >= 0 just where s + floor(b) >= 0.
 */
export function inWholeNumbers(layers: readonly Layer[], largest: number): readonly Layer[] {
  return layers.map((layer, index) => {
    if (layer.kind !== 'dense') return layer;
    const next = layers[index + 1];
    return next === undefined ? countRows(layer, largest, Math.round) : countRows(layer, largest, Math.floor);
  });
}

function countRows(layer: DenseLayer, largest: number, round: (value: number) => number): DenseLayer {
  return {
    ...layer,
    weights: layer.weights.map((weight) => Math.round(weight * largest)),
    bias: layer.bias.map((bias) => round(bias * largest)),
  };
}
