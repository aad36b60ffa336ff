/**
 * Average pooling: each channel's windows become their mean.
 *
 * @module
 */
import type { LinearMap } from './linear-map.ts';
import { type Shape, sizeOf } from './shape.ts';
import { SparseRows } from './sparse.ts';
import { windowPlaces } from './window.ts';

export interface AveragePoolLayer {
  readonly kind: 'averagePool';
  readonly name: string;
  readonly height: number;
  readonly width: number;
  /** From one window to the next, in both directions. */
  readonly stride: number;
}

/** @throws EnigmarkError NETWORK_SHAPE */
export function averagePoolShape({ name, height, width, stride }: AveragePoolLayer, input: Shape): Shape {
  return { channels: input.channels, ...windowPlaces(name, { height, width, stride, padding: 0 }, input) };
}

export function evaluateAveragePool(layer: AveragePoolLayer, input: Float64Array, shape: Shape): Float64Array {
  const output = averagePoolShape(layer, shape);
  const result = new Float64Array(sizeOf(output));
  let next = 0;
  for (let channel = 0; channel < output.channels; channel++) {
    for (let y = 0; y < output.height; y++) {
      for (let x = 0; x < output.width; x++) {
        let sum = 0;
        for (let v = 0; v < layer.height; v++) {
          const first = (channel * shape.height + y * layer.stride + v) * shape.width + x * layer.stride;
          for (let u = 0; u < layer.width; u++) sum += input[first + u]!;
        }
        result[next++] = sum / (layer.height * layer.width);
      }
    }
  }
  return result;
}

export function averagePoolMap(layer: AveragePoolLayer, input: Shape): LinearMap {
  const output = averagePoolShape(layer, input);
  const share = 1 / (layer.height * layer.width);
  const rows = new SparseRows(sizeOf(input));
  for (let row = 0; row < sizeOf(output); row++) {
    const left = (row % output.width) * layer.stride;
    const top = (Math.floor(row / output.width) % output.height) * layer.stride;
    const channel = Math.floor(row / (output.height * output.width));
    for (let y = top; y < top + layer.height; y++) {
      for (let x = left; x < left + layer.width; x++) rows.add((channel * input.height + y) * input.width + x, share);
    }
    rows.endRow();
  }
  return { matrix: rows.matrix(null), bias: new Float64Array(sizeOf(output)) };
}
