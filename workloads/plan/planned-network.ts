/**
 * A network made ready for one kind of arithmetic: activations are polynomials or tables, values are counted, ranges are known. Both
 * layouts begin from it; it knows nothing of slots.
 *
 * @module
 */
import type { LookupTable, SparseMatrix, ValueType } from '../../schemes/circuit.ts';
import type { ActivationName } from '../network/activation.ts';
import { splitColumns } from '../network/sparse.ts';
import type { ClientFunction } from '../plan.ts';
import { returnedCount } from './client/client-function.ts';
import type { Polynomial } from './polynomial/polynomial.ts';
import type { Interval, RangeRule } from './range.ts';

/** What is known of each value of a layer. */
export type ValueFacts = Omit<ValueType, 'width'>;

/**
 * output = matrix * operands + bias, the operands one behind the other; counted in the product of the steps of operand and matrix, as the
 * bias is. Of several operands the steps may differ, and the matrix has none of its own (`operandMatrices`).
 */
export interface PlannedLinear {
  readonly kind: 'linear';
  readonly name: string;
  readonly of: readonly number[];
  readonly matrix: SparseMatrix;
  readonly bias: Float64Array;
  /** How ranges of partial sums are found; samples are of the operands, one behind the other, counted as they are. */
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
  readonly of: number;
  readonly polynomial: Polynomial;
  /** Null where the activation is the polynomial. */
  readonly approximates: Approximation | null;
  readonly output: ValueFacts;
}

export interface PlannedTable {
  readonly kind: 'table';
  readonly name: string;
  readonly of: number;
  readonly table: LookupTable;
  readonly output: ValueFacts;
}

/** The same values, with levels for more layers. */
export interface PlannedBootstrap {
  readonly kind: 'bootstrap';
  readonly name: string;
  readonly of: number;
  readonly output: ValueFacts;
}

/** What the evaluator computes. */
export type EvaluatorLayer = PlannedLinear | PlannedPolynomial | PlannedTable | PlannedBootstrap;

/** A value that the client decrypts, and what it makes of it. */
export interface ClientRead {
  readonly of: number;
  /** Numbers in it. */
  readonly width: number;
  /** That it is counted in; null: real numbers. */
  readonly step: number | null;
  readonly apply: ClientFunction;
}

/** A round: the client decrypts values, and encrypts what it makes of them, one behind the other. */
export interface PlannedClient {
  readonly kind: 'client';
  readonly name: string;
  readonly reads: readonly ClientRead[];
  /** In plain words: what the client sees. */
  readonly learns: string;
  /** Proven: the client clips what it sends. */
  readonly output: ValueFacts;
}

/** From here on real values are counted in steps: they go from one scheme's ciphertexts to another's (`trunk/trunk-network.ts`). */
export interface PlannedSwitch {
  readonly kind: 'switch';
  readonly name: string;
  readonly of: number;
  readonly output: ValueFacts & { readonly step: number };
}

export type PlannedLayer = EvaluatorLayer | PlannedClient | PlannedSwitch;

/** Value 0 is the input, value i + 1 is what layer i makes. */
export interface PlannedNetwork<Layer extends PlannedLayer = PlannedLayer> {
  /** Numbers per sample. */
  readonly inputs: number;
  readonly input: ValueFacts;
  readonly layers: readonly Layer[];
  /** Earlier values that go out too, beside the last, rising; left out: none. */
  readonly alsoOut?: readonly number[];
}

/** A network, or what lies between two rounds of one: what a layout lays out. */
export type PlannedPart = PlannedNetwork<EvaluatorLayer>;

/** What is known of the last layer's values. */
export function outputFacts({ input, layers }: PlannedNetwork): ValueFacts {
  return layers.at(-1)?.output ?? input;
}

/** Numbers of every value. */
export function valueWidths({ inputs, layers }: PlannedNetwork): readonly number[] {
  const widths = [inputs];
  for (const layer of layers) widths.push(widthBehind(layer, widths));
  return widths;
}

/** Numbers that a layer makes, of values so wide. */
function widthBehind(layer: PlannedLayer, widths: readonly number[]): number {
  if (layer.kind === 'linear') return layer.matrix.rows;
  return layer.kind === 'client' ? sentWidth(layer) : widths[layer.of]!;
}

/** Numbers that the client sends back. */
export function sentWidth({ reads }: PlannedClient): number {
  return reads.reduce((sum, { apply, width }) => sum + returnedCount(apply, width), 0);
}

/** Numbers of the last layer. */
export function outputWidth(network: PlannedNetwork): number {
  return valueWidths(network).at(-1)!;
}

/** The layer where values have numbers higher by so many. */
export function renumbered<Layer extends PlannedLayer>(layer: Layer, by: number): Layer {
  if (layer.kind === 'client') return { ...layer, reads: layer.reads.map((read) => ({ ...read, of: read.of + by })) };
  return layer.kind === 'linear' ? { ...layer, of: layer.of.map((value) => value + by) } : { ...layer, of: layer.of + by };
}

/** The values that go out: the last, and before others. */
export function valuesOut({ layers, alsoOut = [] }: PlannedNetwork): readonly number[] {
  return [layers.length, ...alsoOut];
}

/** The values that a layer reads. */
export function operandsOf(layer: PlannedLayer): readonly number[] {
  if (layer.kind === 'client') return layer.reads.map(({ of }) => of);
  return layer.kind === 'linear' ? layer.of : [layer.of];
}

/** What is known of every value. */
export function valueFacts({ input, layers }: PlannedNetwork): readonly ValueFacts[] {
  return [input, ...layers.map(({ output }) => output)];
}

/** A part of a linear layer: what it makes of one operand. */
export interface OperandMatrix {
  readonly of: number;
  /** With the step that makes its products count as the layer's outputs do. */
  readonly matrix: SparseMatrix;
}

/** The layer's matrix as one for each operand. */
export function operandMatrices(layer: PlannedLinear, network: PlannedNetwork): readonly OperandMatrix[] {
  const { of, matrix, output } = layer;
  if (of.length === 1) return [{ of: of[0]!, matrix }];
  const [widths, facts] = [valueWidths(network), valueFacts(network)];
  const blocks = splitColumns(
    matrix,
    of.map((value) => widths[value]!),
  );
  return blocks.map((block, at) => {
    const { step } = facts[of[at]!]!;
    return { of: of[at]!, matrix: { ...block, step: output.step === null || step === null ? null : output.step / step } };
  });
}
