/**
 * What every operator is given, and how its attributes are read.
 *
 * @module
 */
import { type Fill, type NetworkBuilder, refuseNode, selectedConstant } from './builder.ts';
import type { OnnxNode } from './model.ts';
import type { ConstantTensor } from './tensor.ts';
import type { Constant, Value, Variable } from './values.ts';

/** A node on its way into the network. */
export interface Lowering {
  readonly node: OnnxNode;
  /** null: left out. */
  readonly inputs: readonly (Value | null)[];
  readonly builder: NetworkBuilder;
  /** Version of the node's operators. */
  readonly opset: number;
  /** Whether nothing else in the model reads what the node makes. */
  readonly isLast: boolean;
  /** The batch that the file fixes, if it does: shapes that name it mean one sample. */
  readonly fixedBatch: number | null;
}

/** Appends what a node computes and returns its outputs. @throws EnigmarkError ONNX_OPERATOR */
export type Operator = (lowering: Lowering) => readonly Value[];

/** @throws EnigmarkError ONNX_OPERATOR where the input is left out, or is left to the client */
export function operand({ node, inputs }: Lowering, at: number): Constant | Variable {
  const value = inputs[at] ?? refuseNode(node, `input ${at} is missing`);
  if (value.kind === 'client') {
    return refuseNode(node, `it reads what ${value.apply} makes, which is left to the client and may only stand at the end`);
  }
  return value;
}

/** @throws EnigmarkError ONNX_OPERATOR where the input is a constant */
export function variable(lowering: Lowering, at: number): Variable {
  const value = operand(lowering, at);
  return value.kind === 'variable' ? value : refuseNode(lowering.node, `input ${at} is a constant`);
}

/** @throws EnigmarkError ONNX_OPERATOR where the input depends on what is encrypted */
export function constantAt(lowering: Lowering, at: number): Constant {
  const value = operand(lowering, at);
  return value.kind === 'constant' ? value : refuseNode(lowering.node, `input ${at} is no constant: it depends on the encrypted input`);
}

/** The input, or null where it is left out. */
export function optionalConstant(lowering: Lowering, at: number): Constant | null {
  return lowering.inputs[at] == null ? null : constantAt(lowering, at);
}

export function numberAttribute<T>({ attributes }: OnnxNode, name: string, otherwise: T): number | T {
  return attributes.get(name)?.number ?? otherwise;
}

export function numbersAttribute<T>({ attributes }: OnnxNode, name: string, otherwise: T): readonly number[] | T {
  return attributes.get(name)?.numbers ?? otherwise;
}

export function textAttribute({ attributes }: OnnxNode, name: string, otherwise: string): string {
  return attributes.get(name)?.text ?? otherwise;
}

export function tensorAttribute({ attributes }: OnnxNode, name: string): ConstantTensor | null {
  return attributes.get(name)?.tensor ?? null;
}

/** A list that was an attribute and became an input in a later version. */
export function listOf(lowering: Lowering, attribute: string, input: number): readonly number[] | null {
  const given = numbersAttribute(lowering.node, attribute, null);
  if (given !== null) return given;
  const value = optionalConstant(lowering, input);
  return value === null ? null : [...value.data];
}

/** Negative axes count from the end. @throws EnigmarkError ONNX_OPERATOR */
export function axisOf({ node }: Lowering, axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(positive) || positive < 0 || positive >= rank) refuseNode(node, `axis ${axis} of a value of ${rank} axes`);
  return positive;
}

/** Number i of the result is number `index[i]` of the value, and what `fill` has where that is -1. */
export function select(
  { node, builder }: Lowering,
  value: Constant | Variable,
  shape: readonly number[],
  index: Int32Array,
  fill: Fill = 0,
): Value {
  return value.kind === 'constant' ? selectedConstant(value, shape, index, fill) : builder.selected(node, value, shape, index, fill);
}
