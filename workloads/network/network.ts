/**
 * A neural network as a plain list of layers over float weights.
 *
 * @module
 */

/** output[r] = sum over c of weights[r * inputs + c] * input[c], plus bias[r]. */
export interface DenseLayer {
  readonly kind: 'dense';
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Row-major, a row per output. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

export type Layer = DenseLayer;

export interface Network {
  readonly layers: readonly Layer[];
}
