/**
 * Fully connected layer.
 *
 * @module
 */
import { expectCount, refuseLayer } from './layer-error.ts';
import type { LinearMap } from './linear-map.ts';
import { type Shape, shapeText, vectorShape } from './shape.ts';
import { sparseFromRows } from './sparse.ts';

/** output[r] = sum over c of weights[r * inputs + c] * input[c], plus bias[r]. */
export interface DenseLayer {
  readonly kind: 'dense';
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Row-major, a row per output. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** @throws EnigmarkError NETWORK_SHAPE */
export function denseShape({ name, inputs, outputs, weights, bias }: DenseLayer, input: Shape): Shape {
  if (input.height !== 1 || input.width !== 1) refuseLayer(name, 'values in a row (flatten them first)', shapeText(input));
  if (input.channels !== inputs) refuseLayer(name, `${inputs} inputs`, `${input.channels}`);
  expectCount(name, 'weights', weights, inputs * outputs);
  expectCount(name, 'biases', bias, outputs);
  return vectorShape(outputs);
}

export function evaluateDense({ inputs, outputs, weights, bias }: DenseLayer, input: Float64Array): Float64Array {
  const output = Float64Array.from(bias);
  for (let row = 0; row < outputs; row++) {
    const first = row * inputs;
    let sum = 0;
    for (let column = 0; column < inputs; column++) sum += weights[first + column]! * input[column]!;
    output[row]! += sum;
  }
  return output;
}

export function denseMap({ inputs, outputs, weights, bias }: DenseLayer): LinearMap {
  return { matrix: sparseFromRows(outputs, inputs, weights, null), bias };
}
