/**
 * Operators that move numbers without changing them, of constants (such as shapes computed in the model) and of values alike.
 *
 * @module
 */
import { refuseNode } from './builder.ts';
import {
  axisOf,
  constantAt,
  listOf,
  type Lowering,
  numberAttribute,
  operand,
  type Operator,
  optionalConstant,
  select,
  tensorAttribute,
  textAttribute,
} from './operator.ts';
import { countOf, expectWork } from './tensor.ts';
import { type Constant, constant, indicesBy, reshaped, stridesOf, type Value, type Variable } from './values.ts';

const identity: Operator = (lowering) => [lowering.inputs[0] ?? refuseNode(lowering.node, 'its input is missing')];

/** Also of a value that is left to the client: a shape or a type is nothing to compute. */
function shaped(change: (shape: readonly number[], lowering: Lowering) => readonly number[]): Operator {
  return (lowering) => {
    const [value] = lowering.inputs;
    if (value?.kind === 'client') return [value];
    const before = operand(lowering, 0);
    const shape = change(before.shape, lowering);
    if (shape.some((size) => size < 0) || countOf(shape) !== countOf(before.shape)) {
      refuseNode(lowering.node, `it makes ${shape.join(' x ')} of ${before.shape.join(' x ')}`);
    }
    return [reshaped(before, shape)];
  };
}

/** 0 keeps a size, -1 is what remains. A size that names the batch of the file means the one sample that is encrypted. */
function reshape(shape: readonly number[], lowering: Lowering): readonly number[] {
  const { node, fixedBatch } = lowering;
  const asked = listOf(lowering, 'shape', 1) ?? refuseNode(node, 'its shape is missing');
  const keepsZero = numberAttribute(node, 'allowzero', 0) === 1;
  const resolve = (sizes: readonly number[]): number[] => {
    const kept = sizes.map((size, at) => (size === 0 && !keepsZero ? (shape[at] ?? 1) : size));
    const known = kept.filter((size) => size >= 0).reduce((product, size) => product * size, 1);
    return kept.map((size) => (size === -1 ? countOf(shape) / (known || 1) : size));
  };
  const resolved = resolve(asked);
  const isRight = resolved.reduce((product, size) => product * size, 1) === countOf(shape) && resolved.every(Number.isInteger);
  const namesBatch = fixedBatch !== null && fixedBatch > 1 && asked[0] === fixedBatch;
  return namesBatch && !(isRight && resolved[0] === 1) ? resolve([1, ...asked.slice(1)]) : isRight ? resolved : [-1];
}

function flatten(shape: readonly number[], { node }: Lowering): readonly number[] {
  const axis = numberAttribute(node, 'axis', 1);
  const split = axis < 0 ? axis + shape.length : axis;
  return [countOf(shape.slice(0, split)), countOf(shape.slice(split))];
}

function squeeze(shape: readonly number[], lowering: Lowering): readonly number[] {
  const axes = listOf(lowering, 'axes', 1)?.map((axis) => axisOf(lowering, axis, shape.length));
  return shape.filter((size, at) => (axes === undefined ? size !== 1 : !axes.includes(at)));
}

function unsqueeze(shape: readonly number[], lowering: Lowering): readonly number[] {
  const given = listOf(lowering, 'axes', 1) ?? refuseNode(lowering.node, 'its axes are missing');
  const rank = shape.length + given.length;
  const axes = new Set(given.map((axis) => axisOf(lowering, axis, rank)));
  const left = [...shape];
  return Array.from({ length: rank }, (_, at) => (axes.has(at) ? 1 : (left.shift() ?? -1)));
}

const transpose: Operator = (lowering) => {
  const value = operand(lowering, 0);
  const rank = value.shape.length;
  const order = listOf(lowering, 'perm', 1) ?? Array.from({ length: rank }, (_, at) => rank - 1 - at);
  if (order.length !== rank || new Set(order.map((axis) => axisOf(lowering, axis, rank))).size !== rank) {
    refuseNode(lowering.node, `it orders ${rank} axes as ${order.join(', ')}`);
  }
  const strides = stridesOf(value.shape);
  const shape = order.map((axis) => value.shape[axis]!);
  const steps = order.map((axis) => strides[axis]!);
  return [select(lowering, value, shape, indicesBy(shape, steps))];
};

const concat: Operator = (lowering) => {
  const { node, builder, inputs } = lowering;
  const values = inputs.map((_, at) => operand(lowering, at));
  const [first] = values as [Constant | Variable];
  const axis = axisOf(lowering, numberAttribute(node, 'axis', 1), first.shape.length);
  const sizes = values.map((value) => value.shape[axis] ?? 1);
  const others = (value: Constant | Variable): string => value.shape.filter((_, at) => at !== axis).join();
  if (values.some((value) => others(value) !== others(first))) refuseNode(node, 'its inputs differ in shape');
  const shape = first.shape.map((size, at) => (at === axis ? sizes.reduce((sum, one) => sum + one, 0) : size));
  const { index, fill } = interleaved(values, sizes, shape, axis);
  if (values.every((value) => value.kind === 'constant')) return [constant(shape, fill)];
  const rows = values.filter((value) => value.kind === 'variable').map((value) => builder.inRow(node, value));
  const count = rows.reduce((sum, row) => sum + countOf(row.shape), 0);
  const joined =
    rows.length === 1 ? rows[0]! : builder.append(node, { kind: 'concat' }, rows, [1, count], { channels: count, height: 1, width: 1 });
  return [select(lowering, joined, shape, index, fill)];
};

/** For every place of the result, the number of the value that it takes, values being one behind the other; or -1 and a constant. */
function interleaved(
  values: readonly (Constant | Variable)[],
  sizes: readonly number[],
  shape: readonly number[],
  axis: number,
): { readonly index: Int32Array; readonly fill: Float64Array } {
  const starts = values.map((_, at) =>
    values.slice(0, at).reduce((sum, value) => sum + (value.kind === 'constant' ? 0 : countOf(value.shape)), 0),
  );
  const [inner, outer] = [countOf(shape.slice(axis + 1)), countOf(shape.slice(0, axis))];
  const index = new Int32Array(countOf(shape)).fill(-1);
  const fill = new Float64Array(index.length);
  let next = 0;
  for (let row = 0; row < outer; row++) {
    for (const [at, value] of values.entries()) {
      const block = sizes[at]! * inner;
      for (let entry = row * block; entry < (row + 1) * block; entry++, next++) {
        if (value.kind === 'constant') fill[next] = value.data[entry]!;
        else index[next] = starts[at]! + entry;
      }
    }
  }
  return { index, fill };
}

/** Around constants in shapes, and along any axis of a value. */
const gather: Operator = (lowering) => {
  const value = operand(lowering, 0);
  const at = constantAt(lowering, 1);
  const axis = axisOf(lowering, numberAttribute(lowering.node, 'axis', 0), value.shape.length);
  const size = value.shape[axis]!;
  const picked = Array.from(at.data, (index) => (index < 0 ? index + size : index));
  if (picked.some((index) => index < 0 || index >= size)) refuseNode(lowering.node, `it reads beyond ${size} entries`);
  const inner = countOf(value.shape.slice(axis + 1));
  const outer = countOf(value.shape.slice(0, axis));
  const shape = [...value.shape.slice(0, axis), ...at.shape, ...value.shape.slice(axis + 1)];
  expectWork(countOf(shape), 'numbers in a value');
  const index = new Int32Array(countOf(shape));
  let next = 0;
  for (let row = 0; row < outer; row++) {
    for (const entry of picked) for (let column = 0; column < inner; column++) index[next++] = (row * size + entry) * inner + column;
  }
  return [select(lowering, value, shape, index)];
};

const slice: Operator = (lowering) => {
  const value = operand(lowering, 0);
  const starts = listOf(lowering, 'starts', 1) ?? [];
  const ends = listOf(lowering, 'ends', 2) ?? [];
  const axes = listOf(lowering, 'axes', 3) ?? starts.map((_, at) => at);
  const steps = listOf(lowering, 'steps', 4) ?? starts.map(() => 1);
  const shape = [...value.shape];
  const strides = stridesOf(value.shape);
  let first = 0;
  for (const [at, asked] of axes.entries()) {
    const axis = axisOf(lowering, asked, value.shape.length);
    const size = value.shape[axis]!;
    const step = steps[at] ?? 1;
    if (!(step >= 1)) refuseNode(lowering.node, `it steps by ${step}`);
    const clip = (end: number): number => Math.min(Math.max(end < 0 ? end + size : end, 0), size);
    const start = clip(starts[at] ?? 0);
    shape[axis] = Math.max(0, Math.ceil((clip(ends[at] ?? size) - start) / step));
    first += start * strides[axis]!;
    strides[axis] = strides[axis]! * step;
  }
  return [select(lowering, value, shape, indicesBy(shape, strides, first))];
};

/** Into equal parts, or parts of the sizes that are given. */
const split: Operator = (lowering) => {
  const { node } = lowering;
  const value = operand(lowering, 0);
  const axis = axisOf(lowering, numberAttribute(node, 'axis', 0), value.shape.length);
  const whole = value.shape[axis]!;
  const part = Math.ceil(whole / node.outputs.length);
  const sizes = listOf(lowering, 'split', 1) ?? node.outputs.map((_, at) => Math.max(0, Math.min(part, whole - at * part)));
  if (sizes.length !== node.outputs.length || sizes.reduce((sum, size) => sum + size, 0) !== whole) {
    refuseNode(node, `it splits ${whole} into ${sizes.join(', ')}`);
  }
  const strides = stridesOf(value.shape);
  let first = 0;
  return sizes.map((size) => {
    const shape = value.shape.with(axis, size);
    const index = indicesBy(shape, strides, first * strides[axis]!);
    first += size;
    return select(lowering, value, shape, index);
  });
};

/** With a constant around; without any, the value itself. */
const pad: Operator = (lowering) => {
  const { node, inputs } = lowering;
  const value = operand(lowering, 0);
  const rank = value.shape.length;
  const pads = listOf(lowering, 'pads', 1) ?? [];
  const mode = textAttribute(node, 'mode', 'constant');
  if (pads.every((size) => size === 0)) return [value];
  if (mode !== 'constant') refuseNode(node, `padding by ${mode}; constants alone are read`);
  if (pads.length !== 2 * rank || pads.some((size) => size < 0) || inputs[3] != null) refuseNode(node, `padding of ${pads.join(', ')}`);
  const fill = numberAttribute(node, 'value', null) ?? optionalConstant(lowering, 2)?.data[0] ?? 0;
  const shape = value.shape.map((size, axis) => pads[axis]! + size + pads[rank + axis]!);
  expectWork(countOf(shape), 'numbers in a value');
  const index = new Int32Array(countOf(shape)).fill(-1);
  const first = stridesOf(shape).reduce((sum, stride, axis) => sum + stride * pads[axis]!, 0);
  for (const [from, to] of indicesBy(value.shape, stridesOf(shape), first).entries()) index[to] = from;
  return [select(lowering, value, shape, index, fill)];
};

const shapeOf: Operator = (lowering) => {
  const { shape } = operand(lowering, 0);
  const [start, end] = [numberAttribute(lowering.node, 'start', 0), numberAttribute(lowering.node, 'end', shape.length)];
  const sizes = shape.slice(start, end);
  return [constant([sizes.length], sizes)];
};

const constantNode: Operator = ({ node }) => {
  const tensor = tensorAttribute(node, 'value');
  if (tensor !== null) return [constant(tensor.shape, tensor.data)];
  const number = numberAttribute(node, 'value_float', null) ?? numberAttribute(node, 'value_int', null);
  if (number !== null) return [constant([], [number])];
  const numbers = node.attributes.get('value_floats')?.numbers ?? node.attributes.get('value_ints')?.numbers;
  return numbers === undefined ? refuseNode(node, 'it holds no numbers') : [constant([numbers.length], numbers)];
};

const constantOfShape: Operator = (lowering) => {
  const shape = [...constantAt(lowering, 0).data];
  const fill = tensorAttribute(lowering.node, 'value')?.data[0] ?? 0;
  expectWork(countOf(shape), 'numbers in a constant');
  return [constant(shape, new Float64Array(countOf(shape)).fill(fill))];
};

/** Towards zero where numbers become whole. */
const cast: Operator = (lowering) => {
  const [value] = lowering.inputs;
  const to = numberAttribute(lowering.node, 'to', 1);
  const isFloat = to === 1 || to === 10 || to === 11 || to === 16;
  if (isFloat || value?.kind === 'client') return identity(lowering);
  const known = operand(lowering, 0);
  if (known.kind === 'variable') return refuseNode(lowering.node, 'encrypted values are not rounded to whole numbers');
  return [constant(known.shape, known.data.map(Math.trunc))];
};

/** With a mask as second output, which nobody reads outside of training. */
const dropout: Operator = (lowering) => {
  const [value] = identity(lowering) as [Value];
  if (lowering.node.outputs.length > 1 && optionalConstant(lowering, 2)?.data[0] === 1)
    refuseNode(lowering.node, 'it drops values at random');
  return [value];
};

export const shapeOperators: ReadonlyMap<string, Operator> = new Map([
  ['Identity', identity],
  ['Dropout', dropout],
  ['Cast', cast],
  ['Reshape', shaped(reshape)],
  ['Flatten', shaped(flatten)],
  ['Squeeze', shaped(squeeze)],
  ['Unsqueeze', shaped(unsqueeze)],
  ['Transpose', transpose],
  ['Concat', concat],
  ['Gather', gather],
  ['Slice', slice],
  ['Split', split],
  ['Pad', pad],
  ['Shape', shapeOf],
  ['Constant', constantNode],
  ['ConstantOfShape', constantOfShape],
]);
