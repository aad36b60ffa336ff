/**
 * Windows of convolutions and pools as ONNX gives them, over any number of dimensions.
 *
 * @module
 */
import type { Shape } from '../network/shape.ts';
import { metAt, type Slide, windowPlaces, type Window } from '../network/window.ts';
import { refuseNode } from './builder.ts';
import type { OnnxNode } from './model.ts';
import { type Lowering, numberAttribute, numbersAttribute, textAttribute } from './operator.ts';
import { expectWork } from './tensor.ts';
import { stridesOf } from './values.ts';

/** A window in one direction. */
export interface Direction extends Slide {
  readonly length: number;
  /** Of `after`, zeros that are no part of the padding: what a rest at the end lacks of a place (`ceil_mode`). */
  readonly beyond: number;
}

/** Beyond these, sizes are mistakes. */
const MOST_SIZE = 2 ** 20;

/**
 * @param shape Batch of one, channels, image.
 * @param kernel Sizes of the weights; empty: none.
 * @throws EnigmarkError ONNX_OPERATOR for attributes that do not fit
 */
export function directionsOf({ node }: Lowering, shape: readonly number[], kernel: readonly number[]): readonly Direction[] {
  const [batch, channels = 1, ...image] = shape;
  if (batch !== 1 || image.length < 1) refuseNode(node, `it slides over ${shape.join(' x ')}`);
  const directions = image.map((length, at) => directionOf(node, length, kernel, at, image.length));
  const placesOf = directions.reduce((product, { places }) => product * places, channels);
  expectWork(placesOf, 'places of a window');
  return directions;
}

function directionOf(node: OnnxNode, length: number, kernel: readonly number[], at: number, dimensions: number): Direction {
  const pick = (name: string, otherwise: number): number => numbersAttribute(node, name, null)?.[at] ?? otherwise;
  const size = numbersAttribute(node, 'kernel_shape', kernel)[at] ?? refuseNode(node, 'its window has too few sizes');
  const [stride, dilation] = [pick('strides', 1), pick('dilations', 1)];
  if (kernel.length > 0 && kernel[at] !== size) refuseNode(node, `its window is ${size} and its weights have ${kernel[at]}`);
  const isSize = (value: number): boolean => Number.isInteger(value) && value >= 1 && value < MOST_SIZE;
  if (![size, stride, dilation].every(isSize)) refuseNode(node, `a window of ${size}, stride ${stride}, dilation ${dilation}`);
  const reach = dilation * (size - 1) + 1;
  const auto = textAttribute(node, 'auto_pad', 'NOTSET');
  const total = Math.max(0, (Math.ceil(length / stride) - 1) * stride + reach - length);
  const half = auto === 'SAME_LOWER' ? Math.ceil(total / 2) : Math.floor(total / 2);
  const pads = numbersAttribute(node, 'pads', []);
  const given = auto === 'VALID' ? [0, 0] : [pads[at] ?? 0, pads[at + dimensions] ?? 0];
  const [before = 0, padded = 0] = auto.startsWith('SAME') ? [half, total - half] : given;
  if (!(before >= 0 && padded >= 0 && before < MOST_SIZE && padded < MOST_SIZE)) refuseNode(node, `padding of ${before} and ${padded}`);
  const rest = length + before + padded - reach;
  if (rest < 0) refuseNode(node, `a window of ${reach} over ${length + before + padded}`);
  const missing = (stride - (rest % stride)) % stride;
  // A place that begins behind the image is none.
  const isPlace = rest + missing < length + before;
  const beyond = numberAttribute(node, 'ceil_mode', 0) === 1 && isPlace ? missing : 0;
  const after = padded + beyond;
  return { length, size, stride, dilation, before, after, beyond, places: Math.floor((rest + beyond) / stride) + 1 };
}

export interface ImageWindow {
  readonly window: Window;
  /** Of the image that the window slides over: a series is one of height 1. */
  readonly layout: Shape;
  readonly places: { readonly height: number; readonly width: number };
}

/** The window over one or two dimensions, as layers have it; null: over more. */
export function imageWindow({ name, operator }: OnnxNode, channels: number, directions: readonly Direction[]): ImageWindow | null {
  if (directions.length > 2) return null;
  const flat: Direction = { length: 1, size: 1, stride: 1, dilation: 1, before: 0, after: 0, beyond: 0, places: 1 };
  const [down, across] = (directions.length === 1 ? [flat, ...directions] : directions) as [Direction, Direction];
  const layout = { channels, height: down.length, width: across.length };
  const window: Window = {
    height: down.size,
    width: across.size,
    stride: [down.stride, across.stride],
    padding: [down.before, across.before, down.after, across.after],
    dilation: [down.dilation, across.dilation],
  };
  return { window, layout, places: windowPlaces(name || operator, window, layout) };
}

/** What lies under the window at one place. */
export interface Covered {
  /** Pixels of the image, rising. */
  readonly pixels: readonly number[];
  /** The pixel of the window that covers each. */
  readonly under: readonly number[];
  /** Pixels of the window that are over the image or its padding. */
  readonly padded: number;
}

/** Every place of the window, row-major. */
export function coveredAt(directions: readonly Direction[]): readonly Covered[] {
  expectWork(
    directions.reduce((product, { places, size }) => product * places * size, 1),
    'pixels under a window',
  );
  const imageSteps = stridesOf(directions.map(({ length }) => length));
  const windowSteps = stridesOf(directions.map(({ size }) => size));
  return directions.reduce<readonly Covered[]>(
    (before, direction, axis) =>
      before.flatMap((outer) =>
        Array.from({ length: direction.places }, (_, place) => {
          const { from, to, first } = metAt(direction, place, direction.length);
          const steps = Array.from({ length: to - from }, (_unused, step) => step);
          const end = direction.length + direction.after - direction.beyond - (place * direction.stride - direction.before);
          return {
            pixels: outer.pixels.flatMap((pixel) => steps.map((step) => pixel + (first + step * direction.dilation) * imageSteps[axis]!)),
            under: outer.under.flatMap((pixel) => steps.map((step) => pixel + (from + step) * windowSteps[axis]!)),
            padded: outer.padded * Math.min(direction.size, Math.ceil(end / direction.dilation)),
          };
        }),
      ),
    [{ pixels: [0], under: [0], padded: 1 }],
  );
}
