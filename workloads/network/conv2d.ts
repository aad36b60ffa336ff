/**
 * Two-dimensional convolution over channels, in the sense of neural networks: the kernel is not mirrored. A one-dimensional one is that of
 * an image of height 1.
 *
 * @module
 */
import { expectCount, refuseLayer } from './layer-error.ts';
import type { LinearMap } from './linear-map.ts';
import { type Shape, shapeText, sizeOf } from './shape.ts';
import { SparseRows } from './sparse.ts';
import { metAt, slidesOf, type Window } from './window.ts';

/**
 * output(o, y, x) = bias[o] + sum over i, v, u of weights(o, i, v, u) * input(i, y * stride + v * dilation - top, x * stride + u *
 * dilation - left), where the input is zero outside of the image, and i goes over the input channels of the group that o belongs to.
 */
export interface Conv2dLayer {
  readonly kind: 'conv2d';
  readonly name: string;
  readonly inputChannels: number;
  readonly outputChannels: number;
  /** Equal parts of the channels that are convolved apart: as many as input channels for a depthwise convolution. 1 where it is left out. */
  readonly groups?: number | undefined;
  readonly window: Window;
  /** outputChannels x (inputChannels / groups) x window.height x window.width, row-major. */
  readonly weights: Float64Array;
  /** One per output channel. */
  readonly bias: Float64Array;
}

/** Channels that each output channel reads, and how many output channels read the same. */
export function groupSizes({ inputChannels, outputChannels, groups = 1 }: Conv2dLayer): {
  readonly inputs: number;
  readonly outputs: number;
} {
  return { inputs: inputChannels / groups, outputs: outputChannels / groups };
}

/** @throws EnigmarkError NETWORK_SHAPE */
export function conv2dShape(layer: Conv2dLayer, input: Shape): Shape {
  const { name, inputChannels, outputChannels, window, weights, bias, groups = 1 } = layer;
  if (input.channels !== inputChannels) refuseLayer(name, `${inputChannels} input channels`, shapeText(input));
  if (inputChannels % groups !== 0 || outputChannels % groups !== 0) {
    refuseLayer(name, `input and output channels in ${groups} equal groups`, `${inputChannels} and ${outputChannels}`);
  }
  expectCount(name, 'weights', weights, outputChannels * groupSizes(layer).inputs * window.height * window.width);
  expectCount(name, 'biases', bias, outputChannels);
  const { down, across } = slidesOf(name, window, input);
  return { channels: outputChannels, height: down.places, width: across.places };
}

/** By definition: every weight asks for its pixel. */
export function evaluateConv2d(layer: Conv2dLayer, input: Float64Array, shape: Shape): Float64Array {
  const { name, window, weights, bias } = layer;
  const output = conv2dShape(layer, shape);
  const group = groupSizes(layer);
  const { down, across } = slidesOf(name, window, shape);
  const result = new Float64Array(sizeOf(output));
  const pixel = (channel: number, y: number, x: number): number =>
    y < 0 || y >= shape.height || x < 0 || x >= shape.width ? 0 : input[(channel * shape.height + y) * shape.width + x]!;
  let next = 0;
  for (let to = 0; to < output.channels; to++) {
    const firstChannel = Math.floor(to / group.outputs) * group.inputs;
    for (let y = 0; y < output.height; y++) {
      for (let x = 0; x < output.width; x++) {
        let sum = bias[to]!;
        let weight = to * group.inputs * window.height * window.width;
        for (let from = firstChannel; from < firstChannel + group.inputs; from++) {
          for (let v = 0; v < window.height; v++) {
            const row = y * down.stride + v * down.dilation - down.before;
            for (let u = 0; u < window.width; u++) {
              sum += weights[weight++]! * pixel(from, row, x * across.stride + u * across.dilation - across.before);
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
  const { name, window, weights } = layer;
  const output = conv2dShape(layer, input);
  const group = groupSizes(layer);
  const { down, across } = slidesOf(name, window, input);
  const rows = new SparseRows(sizeOf(input));
  for (let to = 0; to < output.channels; to++) {
    const firstChannel = Math.floor(to / group.outputs) * group.inputs;
    for (let y = 0; y < output.height; y++) {
      const metRows = metAt(down, y, input.height);
      for (let x = 0; x < output.width; x++) {
        const metColumns = metAt(across, x, input.width);
        for (let channel = 0; channel < group.inputs; channel++) {
          for (let v = metRows.from; v < metRows.to; v++) {
            const row = metRows.first + (v - metRows.from) * down.dilation;
            const weight = ((to * group.inputs + channel) * window.height + v) * window.width;
            const first = ((firstChannel + channel) * input.height + row) * input.width + metColumns.first;
            for (let u = metColumns.from; u < metColumns.to; u++) {
              rows.add(first + (u - metColumns.from) * across.dilation, weights[weight + u]!);
            }
          }
        }
        rows.endRow();
      }
    }
  }
  const places = output.height * output.width;
  return {
    matrix: rows.matrix(null),
    bias: Float64Array.from({ length: sizeOf(output) }, (_, row) => layer.bias[Math.floor(row / places)]!),
  };
}
