/**
 * What a name stands for while a model is lowered: a constant, a value that depends on the input, or one that only the client computes.
 *
 * @module
 */
import { INPUT, type Wired } from '../network/wiring.ts';
import type { Shape } from '../network/shape.ts';
import { countOf, type ConstantTensor, expectWork } from './tensor.ts';

export interface Constant extends ConstantTensor {
  readonly kind: 'constant';
}

/** How a value follows, number by number, from one before it. */
export interface Origin {
  readonly layer: string;
  readonly of: (x: number) => number;
}

/** What a layer of the network makes. Its batch is one sample, so that its first size is 1 wherever the model has a batch. */
export interface Variable {
  readonly kind: 'variable';
  readonly shape: readonly number[];
  /** Name of the layer, or INPUT. */
  readonly layer: string;
  /** As the network has it. */
  readonly layout: Shape;
  /** Nearest first. */
  readonly origins: readonly Origin[];
}

/** Functions of outputs that change no predicted class, and that nobody needs to compute under encryption. */
export type ClientFunction = 'softmax' | 'logSoftmax' | 'sigmoid' | 'argmax' | 'normalise';

/** A function of a value at the end of the model, which the client computes after decryption. */
export interface ClientValue {
  readonly kind: 'client';
  readonly of: Variable;
  readonly apply: ClientFunction;
}

export type Value = Constant | Variable | ClientValue;

export function constant(shape: readonly number[], data: ArrayLike<number>): Constant {
  return { kind: 'constant', shape, data: Float64Array.from(data) };
}

/** Channels, height and width of a shape with a batch of one: values without a place are channels, and those of a series have width. */
export function layoutOf(shape: readonly number[]): Shape {
  const sizes = shape.length > 1 ? shape.slice(1) : shape;
  const [first = 1, second = 1, third = 1] = sizes;
  if (shape[0] !== 1 || sizes.length > 3) return { channels: countOf(shape), height: 1, width: 1 };
  if (sizes.length === 2) return { channels: first, height: 1, width: second };
  return { channels: first, height: second, width: third };
}

/** What the network is given, of that shape. */
export function inputVariable(shape: readonly number[]): Variable {
  return { kind: 'variable', shape, layer: INPUT, layout: layoutOf(shape), origins: [] };
}

/** `value` with its numbers in another shape. */
export function reshaped<V extends Constant | Variable>(value: V, shape: readonly number[]): V {
  return { ...value, shape };
}

export type Reads = Required<Wired>['reads'];

/** The shape that two shapes are stretched to; null: they do not fit. */
export function broadcastShape(left: readonly number[], right: readonly number[]): readonly number[] | null {
  const rank = Math.max(left.length, right.length);
  const padded = (shape: readonly number[]): number[] => [...new Array<number>(rank - shape.length).fill(1), ...shape];
  const [a, b] = [padded(left), padded(right)];
  const sizes = a.map((size, at) => (size === 1 ? b[at]! : size));
  return sizes.every((size, at) => b[at] === size || b[at] === 1) ? sizes : null;
}

/** For each number of `to`, row-major, the number of `from` that is stretched there. */
export function stretchedIndices(from: readonly number[], to: readonly number[]): Int32Array {
  const steps = stridesOf(from).map((step, at) => (from[at] === 1 ? 0 : step));
  return indicesBy(to, [...new Array<number>(to.length - from.length).fill(0), ...steps]);
}

/** For each place of `shape`, row-major, the sum of its coordinates times `steps`, from `first` on. */
export function indicesBy(shape: readonly number[], steps: readonly number[], first = 0): Int32Array {
  expectWork(countOf(shape), 'numbers in a value');
  const indices = new Int32Array(countOf(shape));
  const place = new Array<number>(shape.length).fill(0);
  let index = first;
  for (let at = 0; at < indices.length; at++) {
    indices[at] = index;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place[axis]!++;
      index += steps[axis]!;
      if (place[axis]! < shape[axis]!) break;
      index -= steps[axis]! * shape[axis]!;
      place[axis] = 0;
    }
  }
  return indices;
}

/** How far apart neighbours along each axis lie. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, at) => shape.slice(at + 1).reduce((product, size) => product * size, 1));
}
