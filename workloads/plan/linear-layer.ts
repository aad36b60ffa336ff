/**
 * A linear layer as planners see it: a sparse matrix and a bias over one input type.
 *
 * @module
 */
import type { SparseMatrix, ValueType } from '../../schemes/circuit.ts';
import type { DenseLayer } from '../network/network.ts';
import { type InputQuantisation, quantiseDense } from '../network/quantisation.ts';
import { sparseFromRows } from '../network/sparse.ts';

export interface LinearLayer {
  readonly name: string;
  readonly matrix: SparseMatrix;
  /** One per row, counted like the products. */
  readonly bias: Float64Array;
  readonly input: { readonly min: number; readonly max: number; readonly step: number | null };
}

/** What one unit of the layer's outputs is worth; null: outputs are real. */
export function outputStep(layer: LinearLayer): number | null {
  return layer.input.step === null || layer.matrix.step === null ? null : layer.input.step * layer.matrix.step;
}

/** Type of a bundle of `width` ciphertexts that carry the layer's input. */
export function inputType(layer: LinearLayer, width: number): ValueType {
  return { width, bound: 'proven', ...layer.input };
}

/** Float weights for schemes that compute on reals; inputs lie from `min` to `max`. */
export function realLayer(layer: DenseLayer, min: number, max: number): LinearLayer {
  const matrix = sparseFromRows(layer.outputs, layer.inputs, layer.weights, null);
  return { name: layer.name, matrix, bias: layer.bias, input: { min, max, step: null } };
}

/** Weights as integers of `weightBits` bits, for schemes that compute on integers. */
export function integerLayer(layer: DenseLayer, input: InputQuantisation, weightBits: number): LinearLayer {
  const { weights, bias } = quantiseDense(layer, input, weightBits);
  const matrix = sparseFromRows(layer.outputs, layer.inputs, weights.integers, weights.step);
  return { name: layer.name, matrix, bias: bias.integers, input };
}
