/**
 * Two-dimensional convolution over channels, in the sense of neural networks: the kernel is not mirrored.
 *
 * @module
 */
import { expectCount, refuseLayer } from './layer-error.ts';
import type { LinearMap } from './linear-map.ts';
import { type Shape, shapeText, sizeOf } from './shape.ts';
import { SparseRows } from './sparse.ts';
import { type Window, windowPlaces } from './window.ts';

/**
 * output(o, y, x) = bias[o] + sum over i, v, u of weights(o, i, v, u) * input(i, y * stride + v - padding, x * stride + u - padding),
 * where the input is zero outside of the image.
 */
export interface Conv2dLayer {
  readonly kind: 'conv2d';
  readonly name: string;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly window: Window;
  /** outputChannels x inputChannels x window.height x window.width, row-major. */
  readonly weights: Float64Array;
  /** One per output channel. */
  readonly bias: Float64Array;
}

/** @throws EnigmarkError NETWORK_SHAPE */
export function conv2dShape({ name, inputChannels, outputChannels, window, weights, bias }: Conv2dLayer, input: Shape): Shape {
  if (input.channels !== inputChannels) refuseLayer(name, `${inputChannels} input channels`, shapeText(input));
  expectCount(name, 'weights', weights, outputChannels * inputChannels * window.height * window.width);
  expectCount(name, 'biases', bias, outputChannels);
  return { channels: outputChannels, ...windowPlaces(name, window, input) };
}

export function evaluateConv2d(layer: Conv2dLayer, input: Float64Array, shape: Shape): Float64Array {
  const { inputChannels, window, weights, bias } = layer;
  const output = conv2dShape(layer, shape);
  const result = new Float64Array(sizeOf(output));
  const pixel = (channel: number, y: number, x: number): number =>
    y < 0 || y >= shape.height || x < 0 || x >= shape.width ? 0 : input[(channel * shape.height + y) * shape.width + x]!;
  let next = 0;
  for (let to = 0; to < output.channels; to++) {
    for (let y = 0; y < output.height; y++) {
      for (let x = 0; x < output.width; x++) {
        let sum = bias[to]!;
        let weight = to * inputChannels * window.height * window.width;
        for (let from = 0; from < inputChannels; from++) {
          for (let v = 0; v < window.height; v++) {
            for (let u = 0; u < window.width; u++) {
              sum += weights[weight++]! * pixel(from, y * window.stride + v - window.padding, x * window.stride + u - window.padding);
            }
          }
        }
        result[next++] = sum;
      }
    }
  }
  return result;
}

/** A row per output value; what the padding would meet has no entry. */
export function conv2dMap(layer: Conv2dLayer, input: Shape): LinearMap {
  const { window, weights, inputChannels } = layer;
  const { height: kernelHeight, width: kernelWidth, stride, padding } = window;
  const output = conv2dShape(layer, input);
  const rows = new SparseRows(sizeOf(input));
  for (let row = 0; row < sizeOf(output); row++) {
    const left = (row % output.width) * stride - padding;
    const top = (Math.floor(row / output.width) % output.height) * stride - padding;
    const kernel = Math.floor(row / (output.height * output.width)) * inputChannels;
    for (let channel = 0; channel < inputChannels; channel++) {
      for (let y = Math.max(top, 0); y < Math.min(top + kernelHeight, input.height); y++) {
        const weight = ((kernel + channel) * kernelHeight + y - top) * kernelWidth - left;
        const first = (channel * input.height + y) * input.width;
        for (let x = Math.max(left, 0); x < Math.min(left + kernelWidth, input.width); x++) rows.add(first + x, weights[weight + x]!);
      }
    }
    rows.endRow();
  }
  const places = output.height * output.width;
  return {
    matrix: rows.matrix(null),
    bias: Float64Array.from({ length: sizeOf(output) }, (_, row) => layer.bias[Math.floor(row / places)]!),
  };
}
