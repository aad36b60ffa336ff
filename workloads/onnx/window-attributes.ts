/**
 * Windows of convolutions and pools as ONNX gives them, over one or two dimensions.
 *
 * @module
 */
import type { Shape } from '../network/shape.ts';
import { windowPlaces, type Window } from '../network/window.ts';
import { refuseNode } from './builder.ts';
import type { OnnxNode } from './model.ts';
import { type Lowering, numberAttribute, numbersAttribute, textAttribute } from './operator.ts';

export interface WindowAttributes {
  readonly window: Window;
  /** Of the image that the window slides over: a series is one of height 1. */
  readonly layout: Shape;
  /** Zeros that are no part of the padding: what a rest at the end lacks of a place (`ceil_mode`). */
  readonly beyond: { readonly down: number; readonly across: number };
  /** @throws EnigmarkError NETWORK_SHAPE where the window is larger than the padded image */
  readonly placed: (node: OnnxNode) => { readonly height: number; readonly width: number };
}

interface Direction {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  readonly beyond: number;
}

/** @throws EnigmarkError ONNX_OPERATOR for more than two dimensions, or attributes that do not fit them */
export function windowOf({ node }: Lowering, shape: readonly number[], kernel: readonly number[]): WindowAttributes {
  const [batch, channels = 0, ...image] = shape;
  if (batch !== 1 || image.length < 1 || image.length > 2) {
    refuseNode(node, `it slides over ${image.length} dimensions of ${shape.join(' x ')}; one and two are read`);
  }
  const directions = image.map((length, at) => directionOf(node, length, kernel, at, image.length));
  const flat: Direction = { size: 1, stride: 1, dilation: 1, before: 0, after: 0, beyond: 0 };
  const [down, across] = directions.length === 1 ? [flat, directions[0]!] : (directions as [Direction, Direction]);
  const layout = { channels, height: image.length === 1 ? 1 : image[0]!, width: image.at(-1)! };
  const window: Window = {
    height: down.size,
    width: across.size,
    stride: [down.stride, across.stride],
    padding: [down.before, across.before, down.after + down.beyond, across.after + across.beyond],
    dilation: [down.dilation, across.dilation],
  };
  const beyond = { down: down.beyond, across: across.beyond };
  return { window, layout, beyond, placed: ({ name, operator }) => windowPlaces(name || operator, window, layout) };
}

function directionOf(node: OnnxNode, length: number, kernel: readonly number[], at: number, dimensions: number): Direction {
  const pick = (name: string, otherwise: number): number => numbersAttribute(node, name, null)?.[at] ?? otherwise;
  const size = numbersAttribute(node, 'kernel_shape', kernel)[at] ?? refuseNode(node, 'its window has too few sizes');
  const [stride, dilation] = [pick('strides', 1), pick('dilations', 1)];
  if (kernel.length > 0 && kernel[at] !== size) refuseNode(node, `its window is ${size} and its weights have ${kernel[at]}`);
  if (![size, stride, dilation].every((value) => Number.isInteger(value) && value >= 1 && value < 2 ** 20))
    refuseNode(node, 'sizes of its window below 1');
  const reach = dilation * (size - 1) + 1;
  const auto = textAttribute(node, 'auto_pad', 'NOTSET');
  const total = Math.max(0, (Math.ceil(length / stride) - 1) * stride + reach - length);
  const half = auto === 'SAME_LOWER' ? Math.ceil(total / 2) : Math.floor(total / 2);
  const pads = numbersAttribute(node, 'pads', []);
  const [before, after] = auto.startsWith('SAME')
    ? [half, total - half]
    : auto === 'VALID'
      ? [0, 0]
      : [pads[at] ?? 0, pads[at + dimensions] ?? 0];
  if (!(before >= 0 && after >= 0 && before < 2 ** 20 && after < 2 ** 20)) refuseNode(node, `padding of ${before} and ${after}`);
  const rest = length + before + after - reach;
  // A place that begins behind the image is none.
  const missing = (stride - (rest % stride)) % stride;
  const isPlace = rest + missing < length + before;
  const beyond = numberAttribute(node, 'ceil_mode', 0) === 1 && rest >= 0 && isPlace ? missing : 0;
  return { size, stride, dilation, before, after, beyond };
}
