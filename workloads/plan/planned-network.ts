/**
 * A network made ready for one kind of arithmetic: activations are polynomials or tables, values are counted, ranges are known. Both
 * layouts begin from it; it knows nothing of slots.
 *
 * @module
 */
import type { LookupTable, SparseMatrix, ValueType } from '../../schemes/circuit.ts';
import type { ActivationName } from '../network/activation.ts';
import type { ClientFunction } from '../plan.ts';
import type { Polynomial } from './polynomial/polynomial.ts';
import type { Interval, RangeRule } from './range.ts';

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

/** The function that a polynomial stands for, and how far off it is. */
export interface Approximation {
  readonly activation: ActivationName;
  readonly degree: number;
  /** Real values before the activation. */
  readonly interval: Interval;
  /** Greatest distance on the interval. */
  readonly error: number;
}

/** Coefficients of powers of the real value; integer arithmetic counts it by `fixedPoint`. */
export interface PlannedPolynomial {
  readonly kind: 'polynomial';
  readonly name: string;
  readonly polynomial: Polynomial;
  /** Null where the activation is the polynomial. */
  readonly approximates: Approximation | null;
  readonly output: ValueFacts;
}

export interface PlannedTable {
  readonly kind: 'table';
  readonly name: string;
  readonly table: LookupTable;
  readonly output: ValueFacts;
}

/** What the evaluator computes. */
export type EvaluatorLayer = PlannedLinear | PlannedPolynomial | PlannedTable;

/** A round: the client decrypts the values before, and encrypts what it makes of them. */
export interface PlannedClient {
  readonly kind: 'client';
  readonly name: string;
  readonly apply: ClientFunction;
  /** In plain words: what the client sees. */
  readonly learns: string;
  /** Proven: the client clips what it sends. */
  readonly output: ValueFacts;
}

export type PlannedLayer = EvaluatorLayer | PlannedClient;

export interface PlannedNetwork<Layer extends PlannedLayer = PlannedLayer> {
  /** Numbers per sample. */
  readonly inputs: number;
  readonly input: ValueFacts;
  readonly layers: readonly Layer[];
}

/** A network, or what lies between two rounds of one: what a layout lays out. */
export type PlannedPart = PlannedNetwork<EvaluatorLayer>;

/** What is known of the last layer's values. */
export function outputFacts({ input, layers }: PlannedNetwork): ValueFacts {
  return layers.at(-1)?.output ?? input;
}

/** Numbers of the last layer. */
export function outputWidth({ inputs, layers }: PlannedNetwork): number {
  const linear = layers.findLast((layer) => layer.kind === 'linear');
  return linear?.matrix.rows ?? inputs;
}
