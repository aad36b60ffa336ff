/**
 * What a linear layer computes, over values in a row.
 *
 * @module
 */
import type { SparseMatrix } from '../../schemes/circuit.ts';
import { multiplySparse, multiplyVector } from './sparse.ts';

/** output = matrix * input + bias, in real numbers: the matrix has no step. */
export interface LinearMap {
  readonly matrix: SparseMatrix;
  /** One per row. */
  readonly bias: Float64Array;
}

/** matrix * input + bias */
export function applyMap({ matrix, bias }: LinearMap, input: Float64Array): Float64Array {
  return multiplyVector(matrix, input).map((sum, row) => sum + bias[row]!);
}

/** `second` after `first`, as one map. */
export function compose(second: LinearMap, first: LinearMap): LinearMap {
  const moved = multiplyVector(second.matrix, first.bias);
  return { matrix: multiplySparse(second.matrix, first.matrix), bias: second.bias.map((value, row) => value + moved[row]!) };
}
