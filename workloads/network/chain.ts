/**
 * A network as planners see it: linear layers and activations in turn. A convolution, an average pool and a dense layer are all sparse
 * matrices; flattening changes nothing, because values are numbered channel by channel from the start.
 *
 * @module
 */
import type { SparseMatrix } from '../../schemes/circuit.ts';

/** Functions of one value. 'square' is a polynomial; the others need a table, or a polynomial that stands for them. */
export type ActivationName = 'square' | 'relu' | 'sign' | 'sigmoid';

/** output = matrix * input + bias, in real numbers: the matrix has no step. */
export interface LinearLink {
  readonly kind: 'linear';
  readonly name: string;
  readonly matrix: SparseMatrix;
  /** One per row. */
  readonly bias: Float64Array;
}

export interface ActivationLink {
  readonly kind: 'activation';
  readonly name: string;
  readonly activation: ActivationName;
}

/** No two linear links follow one another: their product is one matrix. */
export type Chain = readonly (LinearLink | ActivationLink)[];
