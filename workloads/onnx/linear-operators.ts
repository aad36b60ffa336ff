/**
 * Operators that are linear maps of what is encrypted, with constant weights.
 *
 * @module
 */
import { SparseRows } from '../network/sparse.ts';
import { refuseNode } from './builder.ts';
import {
  axisOf,
  constantAt,
  listOf,
  type Lowering,
  numberAttribute,
  numbersAttribute,
  operand,
  type Operator,
  optionalConstant,
  variable,
} from './operator.ts';
import { countOf, expectWork } from './tensor.ts';
import { broadcastShape, type Constant, constant, indicesBy, layoutOf, stretchedIndices, stridesOf, type Variable } from './values.ts';
import { coveredAt, directionsOf, imageWindow } from './window-attributes.ts';

const conv: Operator = (lowering) => {
  const { node, builder } = lowering;
  const value = variable(lowering, 0);
  const weights = constantAt(lowering, 1);
  const [outputChannels = 0, inputsPerGroup = 0, ...kernel] = weights.shape;
  const directions = directionsOf(lowering, value.shape, kernel);
  const groups = numberAttribute(node, 'group', 1);
  const inputChannels = inputsPerGroup * groups;
  if (inputChannels !== value.shape[1]) refuseNode(node, `weights for ${inputChannels} channels of ${value.shape.join(' x ')}`);
  const bias = optionalConstant(lowering, 2)?.data ?? new Float64Array(outputChannels);
  const shape = [1, outputChannels, ...directions.map(({ places }) => places)];
  const image = imageWindow(node, inputChannels, directions);
  if (image === null) return [convolved(lowering, value, { weights, bias, groups, shape })];
  const { window, layout, places } = image;
  const layer = { kind: 'conv2d', inputChannels, outputChannels, groups, window, weights: weights.data, bias } as const;
  return [builder.append(node, layer, [builder.inLayout(node, value, layout)], shape, { channels: outputChannels, ...places })];
};

interface Convolution {
  readonly weights: Constant;
  readonly bias: Float64Array;
  readonly groups: number;
  readonly shape: readonly number[];
}

/** Over more dimensions than layers have. */
function convolved(lowering: Lowering, value: Variable, { weights, bias, groups, shape }: Convolution): Variable {
  const { node, builder } = lowering;
  const [outputChannels, inputsPerGroup, ...kernel] = weights.shape as [number, number, ...number[]];
  const covered = coveredAt(directionsOf(lowering, value.shape, kernel));
  expectWork(covered.length * countOf(kernel) * outputChannels * inputsPerGroup, 'weights of a convolution');
  const [imageSize, kernelSize] = [countOf(value.shape.slice(2)), countOf(kernel)];
  const rows = new SparseRows(countOf(value.shape));
  for (let to = 0; to < outputChannels; to++) {
    const firstChannel = Math.floor(to / (outputChannels / groups)) * inputsPerGroup;
    for (const { pixels, under } of covered) {
      for (let channel = 0; channel < inputsPerGroup; channel++) {
        const first = (to * inputsPerGroup + channel) * kernelSize;
        for (const [at, pixel] of pixels.entries()) {
          rows.add((firstChannel + channel) * imageSize + pixel, weights.data[first + under[at]!]!);
        }
      }
      rows.endRow();
    }
  }
  const map = {
    matrix: rows.matrix(null),
    bias: Float64Array.from({ length: countOf(shape) }, (_, row) => bias[Math.floor(row / covered.length)]!),
  };
  const layout = layoutOf(shape);
  return builder.append(node, { kind: 'matrix', map, shape: layout }, [value], shape, layout);
}

const gemm: Operator = (lowering) => {
  const { node } = lowering;
  const [alpha, beta] = [numberAttribute(node, 'alpha', 1), numberAttribute(node, 'beta', 1)];
  const [left, right] = [0, 1].map((at) => operand(lowering, at)) as [Constant | Variable, Constant | Variable];
  if (left.shape.length !== 2 || right.shape.length !== 2) refuseNode(node, 'its inputs are no matrices');
  const turned = (value: Constant | Variable, attribute: string): MatrixOperand => {
    const [rows, columns] = value.shape as [number, number];
    const [down, across] = stridesOf(value.shape) as [number, number];
    return numberAttribute(node, attribute, 0) === 0
      ? { value, shape: [rows, columns], strides: [down, across] }
      : { value, shape: [columns, rows], strides: [across, down] };
  };
  const addend = lowering.inputs[2] == null ? null : optionalConstant(lowering, 2);
  return [matrixProduct(lowering, turned(left, 'transA'), turned(right, 'transB'), { alpha, beta, addend })];
};

const matMul: Operator = (lowering) => {
  const [left, right] = [0, 1].map((at) => operand(lowering, at)) as [Constant | Variable, Constant | Variable];
  if (left.shape.length === 0 || right.shape.length === 0) refuseNode(lowering.node, 'a single number is no matrix');
  // A vector on the left is a row, on the right a column, of which the result has no axis.
  const [row, column] = [left.shape.length === 1, right.shape.length === 1];
  const leftShape = row ? [1, ...left.shape] : left.shape;
  const rightShape = column ? [...right.shape, 1] : right.shape;
  const product = matrixProduct(
    lowering,
    { value: left, shape: leftShape, strides: stridesOf(leftShape) },
    { value: right, shape: rightShape, strides: stridesOf(rightShape) },
    { alpha: 1, beta: 1, addend: null },
  );
  const shape = product.shape.filter((_, at) => !(row && at === product.shape.length - 2) && !(column && at === product.shape.length - 1));
  return [{ ...product, shape }];
};

/** A stack of matrices: how far apart neighbours along each axis lie. */
interface MatrixOperand {
  readonly value: Constant | Variable;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

interface Affine {
  readonly alpha: number;
  readonly beta: number;
  readonly addend: Constant | null;
}

/** alpha * left * right + beta * addend, one of both factors constant. */
function matrixProduct(
  lowering: Lowering,
  left: MatrixOperand,
  right: MatrixOperand,
  { alpha, beta, addend }: Affine,
): Constant | Variable {
  const { node, builder } = lowering;
  const inner = left.shape.at(-1)!;
  const stack = broadcastShape(left.shape.slice(0, -2), right.shape.slice(0, -2));
  if (inner !== right.shape.at(-2) || stack === null)
    refuseNode(node, `a product of ${left.shape.join(' x ')} and ${right.shape.join(' x ')}`);
  const shape = [...stack, left.shape.at(-2)!, right.shape.at(-1)!];
  const firsts = (operand: MatrixOperand, axis: 'row' | 'column'): Int32Array => {
    const steps = operand.shape.map((size, at) => (size === 1 ? 0 : operand.strides[at]!));
    const padded = [...new Array<number>(shape.length - steps.length).fill(0), ...steps];
    padded[axis === 'row' ? shape.length - 1 : shape.length - 2] = 0;
    return indicesBy(shape, padded);
  };
  const [ofLeft, ofRight] = [firsts(left, 'row'), firsts(right, 'column')];
  const [leftStep, rightStep] = [left.strides.at(-1)!, right.strides.at(-2)!];
  const added = addend === null ? null : stretched(lowering, addend, shape);
  const bias = Float64Array.from({ length: countOf(shape) }, (_, at) => (added === null ? 0 : beta * added[at]!));
  const { value: a } = left;
  const { value: b } = right;
  if (a.kind === 'constant' && b.kind === 'constant') {
    return constant(
      shape,
      bias.map((sum, at) => {
        let product = 0;
        for (let k = 0; k < inner; k++) product += a.data[ofLeft[at]! + k * leftStep]! * b.data[ofRight[at]! + k * rightStep]!;
        return sum + alpha * product;
      }),
    );
  }
  if (a.kind === 'variable' && b.kind === 'variable') return refuseNode(node, 'a product of two encrypted values');
  const [value, weights] = a.kind === 'variable' ? [a, (b as Constant).data] : [b as Variable, a.data];
  const [columns, columnStep] = a.kind === 'variable' ? [ofLeft, leftStep] : [ofRight, rightStep];
  const [entries, entryStep] = a.kind === 'variable' ? [ofRight, rightStep] : [ofLeft, leftStep];
  const size = countOf(value.shape);
  if (a.kind === 'variable' && countOf(shape) === shape.at(-1) && size === inner) {
    const dense = Float64Array.from(
      { length: bias.length * inner },
      (_, at) => alpha * weights[entries[Math.floor(at / inner)]! + (at % inner) * entryStep]!,
    );
    const row = builder.inRow(node, value);
    const layer = { kind: 'dense', inputs: inner, outputs: bias.length, weights: dense, bias } as const;
    return builder.append(node, layer, [row], shape, { channels: bias.length, height: 1, width: 1 });
  }
  expectWork(bias.length * inner, 'weights of a matrix that is no layer');
  const rows = new SparseRows(size);
  for (let at = 0; at < bias.length; at++) {
    for (let k = 0; k < inner; k++) rows.add(columns[at]! + k * columnStep, alpha * weights[entries[at]! + k * entryStep]!);
    rows.endRow();
  }
  const layout = layoutOf(shape);
  return builder.append(node, { kind: 'matrix', map: { matrix: rows.matrix(null), bias }, shape: layout }, [value], shape, layout);
}

function stretched({ node }: Lowering, { shape, data }: Constant, to: readonly number[]): Float64Array {
  if (broadcastShape(shape, to)?.join() !== to.join()) refuseNode(node, `it adds ${shape.join(' x ')} to ${to.join(' x ')}`);
  return Float64Array.from(stretchedIndices(shape, to), (index) => data[index]!);
}

const batchNormalization: Operator = (lowering) => {
  const { node, builder } = lowering;
  if (numberAttribute(node, 'training_mode', 0) === 1) refuseNode(node, 'it is in training mode');
  const value = variable(lowering, 0);
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map((at) => constantAt(lowering, at).data) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const epsilon = numberAttribute(node, 'epsilon', 1e-5);
  const factors = scale.map((factor, channel) => factor / Math.sqrt(variance[channel]! + epsilon));
  const shifts = shift.map((added, channel) => added - mean[channel]! * factors[channel]!);
  const channels = value.shape[1] ?? 1;
  if (value.shape[0] !== 1 || factors.length !== channels)
    refuseNode(node, `it normalises ${factors.length} channels of ${value.shape.join(' x ')}`);
  const layout = { channels, height: 1, width: countOf(value.shape) / channels };
  const inChannels = builder.inLayout(node, value, layout);
  return [builder.append(node, { kind: 'scale', factors, shifts }, [inChannels], value.shape, layout)];
};

/** Sums over any axes, or means: over none that are named, over all, but where the model says that this means none. */
const reduce =
  (isMean: boolean): Operator =>
  (lowering) => {
    const { node, builder } = lowering;
    const value = variable(lowering, 0);
    const rank = value.shape.length;
    const given = numbersAttribute(node, 'axes', null) ?? listOf(lowering, 'axes', 1);
    const isNone = given === null || given.length === 0;
    if (isNone && numberAttribute(node, 'noop_with_empty_axes', 0) === 1) return [value];
    const axes = new Set(isNone ? value.shape.keys() : given.map((axis) => axisOf(lowering, axis, rank)));
    const kept = value.shape.map((size, axis) => (axes.has(axis) ? 1 : size));
    const inside = value.shape.map((size, axis) => (axes.has(axis) ? size : 1));
    const strides = stridesOf(value.shape);
    const offsets = indicesBy(inside, strides).sort();
    const rows = new SparseRows(countOf(value.shape));
    for (const first of indicesBy(kept, strides)) {
      for (const offset of offsets) rows.add(first + offset, isMean ? 1 / offsets.length : 1);
      rows.endRow();
    }
    const shape = numberAttribute(node, 'keepdims', 1) === 1 ? kept : value.shape.filter((_, axis) => !axes.has(axis));
    const layout = layoutOf(shape);
    const map = { matrix: rows.matrix(null), bias: new Float64Array(countOf(shape)) };
    return [builder.append(node, { kind: 'matrix', map, shape: layout }, [value], shape, layout)];
  };

export const linearOperators: ReadonlyMap<string, Operator> = new Map([
  ['Conv', conv],
  ['Gemm', gemm],
  ['MatMul', matMul],
  ['BatchNormalization', batchNormalization],
  ['ReduceMean', reduce(true)],
  ['ReduceSum', reduce(false)],
]);
