/**
 * Layers that read several others: their sum, or all of their values.
 *
 * @module
 */
import { refuseLayer } from './layer-error.ts';
import type { LinearMap } from './linear-map.ts';
import { type Shape, shapeText, sizeOf } from './shape.ts';
import { SparseRows } from './sparse.ts';

/** Sum, value by value: a residual or skip connection (He et al., CVPR 2016). */
export interface AddLayer {
  readonly kind: 'add';
  readonly name: string;
}

/** Channels of all inputs, those of the first one first. */
export interface ConcatLayer {
  readonly kind: 'concat';
  readonly name: string;
}

export type MergeLayer = AddLayer | ConcatLayer;

/** @throws EnigmarkError NETWORK_SHAPE */
export function mergeShape({ kind, name }: MergeLayer, inputs: readonly Shape[]): Shape {
  const [first, ...others] = inputs as [Shape, ...Shape[]];
  if (others.length === 0) refuseLayer(name, 'at least two inputs', '1');
  const odd = others.find(
    ({ channels, height, width }) => height !== first.height || width !== first.width || (kind === 'add' && channels !== first.channels),
  );
  if (odd !== undefined) {
    const same = kind === 'add' ? 'inputs of one shape' : 'inputs of one height and width';
    refuseLayer(name, same, `${shapeText(first)} and ${shapeText(odd)}`);
  }
  const channels = kind === 'add' ? first.channels : inputs.reduce((sum, input) => sum + input.channels, 0);
  return { ...first, channels };
}

export function evaluateMerge({ kind }: MergeLayer, inputs: readonly Float64Array[]): Float64Array {
  if (kind === 'add') return inputs[0]!.map((_, at) => inputs.reduce((sum, values) => sum + values[at]!, 0));
  const result = new Float64Array(inputs.reduce((sum, { length }) => sum + length, 0));
  let next = 0;
  for (const values of inputs) {
    result.set(values, next);
    next += values.length;
  }
  return result;
}

/** Of all inputs, one behind the other. */
export function mergeMap({ kind }: MergeLayer, inputs: readonly Shape[]): LinearMap {
  const columns = inputs.reduce((sum, shape) => sum + sizeOf(shape), 0);
  const size = kind === 'add' ? sizeOf(inputs[0]!) : columns;
  const rows = new SparseRows(columns);
  for (let row = 0; row < size; row++) {
    for (let column = row; column < columns; column += size) rows.add(column, 1);
    rows.endRow();
  }
  return { matrix: rows.matrix(null), bias: new Float64Array(size) };
}
