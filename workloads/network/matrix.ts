/**
 * Layers that no framework has a name for: any linear map, and values in another shape.
 *
 * @module
 */
import { expectCount, refuseLayer } from './layer-error.ts';
import type { LinearMap } from './linear-map.ts';
import { type Shape, shapeText, sizeOf } from './shape.ts';

/** Values moved, summed or scaled in any way: transpositions, means, products with a matrix from the left. */
export interface MatrixLayer {
  readonly kind: 'matrix';
  readonly name: string;
  readonly map: LinearMap;
  /** Of the outputs. */
  readonly shape: Shape;
}

/** The same values in the same order. */
export interface ReshapeLayer {
  readonly kind: 'reshape';
  readonly name: string;
  readonly shape: Shape;
}

/** @throws EnigmarkError NETWORK_SHAPE */
export function matrixShape({ name, map, shape }: MatrixLayer, input: Shape): Shape {
  if (map.matrix.columns !== sizeOf(input)) refuseLayer(name, `${map.matrix.columns} inputs`, shapeText(input));
  expectCount(name, 'biases', map.bias, sizeOf(shape));
  return shape;
}

/** @throws EnigmarkError NETWORK_SHAPE */
export function reshapeShape({ name, shape }: ReshapeLayer, input: Shape): Shape {
  if (sizeOf(shape) !== sizeOf(input)) refuseLayer(name, `${sizeOf(shape)} values (${shapeText(shape)})`, shapeText(input));
  return shape;
}
