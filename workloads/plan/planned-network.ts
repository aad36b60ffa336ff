/**
 * A network made ready for one kind of arithmetic: activations are polynomials or tables, values are counted, ranges are known. Both
 * layouts begin from it; it knows nothing of slots.
 *
 * @module
 */
import type { LookupTable, SparseMatrix, ValueType } from '../../schemes/circuit.ts';
import type { Polynomial } from './polynomial.ts';
import type { RangeRule } from './range.ts';

/** What is known of each value of a layer. */
export type ValueFacts = Omit<ValueType, 'width'>;

/** output = matrix * input + bias; counted in the product of the steps of input and matrix, as the bias is. */
export interface PlannedLinear {
  readonly kind: 'linear';
  readonly name: string;
  readonly matrix: SparseMatrix;
  readonly bias: Float64Array;
  /** How ranges of partial sums are found; samples are of this layer's inputs, counted as they are. */
  readonly rule: RangeRule;
  readonly output: ValueFacts;
}

/** Coefficients of powers of the real value; integer arithmetic counts it by `fixedPoint`. */
export interface PlannedPolynomial {
  readonly kind: 'polynomial';
  readonly name: string;
  readonly polynomial: Polynomial;
  readonly output: ValueFacts;
}

export interface PlannedTable {
  readonly kind: 'table';
  readonly name: string;
  readonly table: LookupTable;
  readonly output: ValueFacts;
}

export type PlannedLayer = PlannedLinear | PlannedPolynomial | PlannedTable;

export interface PlannedNetwork {
  /** Numbers per sample. */
  readonly inputs: number;
  readonly input: ValueFacts;
  readonly layers: readonly PlannedLayer[];
}
