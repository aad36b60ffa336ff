/**
 * Max pooling: each window becomes its largest value. Padding is left out of it, as frameworks have it.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import { refuseLayer } from './layer-error.ts';
import { type Shape, sizeOf } from './shape.ts';
import { metAt, slidesOf, type Window } from './window.ts';

/** Windows that are no rectangles over the rows and columns of an image. */
export interface ListedWindows {
  /** Of every window the values in it, by number; none is empty. */
  readonly groups: readonly Int32Array[];
  /** Of what they make. */
  readonly shape: Shape;
}

export interface MaxPoolLayer {
  readonly kind: 'maxPool';
  readonly name: string;
  readonly window: Window | ListedWindows;
}

/** Comparisons of one layer: far above what can be computed under encryption. */
const MOST_COMPARED = 2 ** 24;

function isListed(window: Window | ListedWindows): window is ListedWindows {
  return 'groups' in window;
}

/** @throws EnigmarkError NETWORK_SHAPE where a window meets no pixel, NETWORK_TOO_LARGE */
export function maxPoolShape({ name, window }: MaxPoolLayer, input: Shape): Shape {
  if (isListed(window)) return window.shape;
  const { down, across } = slidesOf(name, window, input);
  const shape = { channels: input.channels, height: down.places, width: across.places };
  if (sizeOf(shape) * window.height * window.width > MOST_COMPARED) {
    throw new EnigmarkError('NETWORK_TOO_LARGE', {
      expected: `at most ${MOST_COMPARED} values to compare in layer "${name}"`,
      got: `${sizeOf(shape)} windows of ${window.height} x ${window.width}`,
      remedy: 'take smaller windows, or fewer of them',
    });
  }
  const isEmpty = (slide: typeof down, length: number): boolean =>
    Array.from({ length: slide.places }, (_, place) => metAt(slide, place, length)).some(({ from, to }) => from === to);
  if (isEmpty(down, input.height) || isEmpty(across, input.width)) {
    refuseLayer(name, 'windows over at least one pixel', 'one over padding alone');
  }
  return shape;
}

/** Of every value that the layer makes, the values that it is the largest of, by number and rising. */
export function maxPoolWindows(layer: MaxPoolLayer, input: Shape): readonly Int32Array[] {
  const { name, window } = layer;
  if (isListed(window)) return window.groups;
  const { down, across } = slidesOf(name, window, input);
  const windows: Int32Array[] = [];
  for (let channel = 0; channel < input.channels; channel++) {
    for (let y = 0; y < down.places; y++) {
      const rows = metAt(down, y, input.height);
      for (let x = 0; x < across.places; x++) {
        const columns = metAt(across, x, input.width);
        const met: number[] = [];
        for (let v = 0; v < rows.to - rows.from; v++) {
          const row = (channel * input.height + rows.first + v * down.dilation) * input.width;
          for (let u = 0; u < columns.to - columns.from; u++) met.push(row + columns.first + u * across.dilation);
        }
        windows.push(Int32Array.from(met));
      }
    }
  }
  return windows;
}

/** By definition, pixel by pixel. */
export function evaluateMaxPool({ name, window }: MaxPoolLayer, input: Float64Array, shape: Shape): Float64Array {
  if (isListed(window))
    return Float64Array.from(window.groups, (group) => group.reduce((most, at) => Math.max(most, input[at]!), -Infinity));
  const { down, across } = slidesOf(name, window, shape);
  const isInside = (y: number, x: number): boolean => y >= 0 && y < shape.height && x >= 0 && x < shape.width;
  const result = new Float64Array(shape.channels * down.places * across.places);
  let next = 0;
  for (let channel = 0; channel < shape.channels; channel++) {
    for (let y = 0; y < down.places; y++) {
      for (let x = 0; x < across.places; x++) {
        let largest = -Infinity;
        for (let v = 0; v < window.height; v++) {
          for (let u = 0; u < window.width; u++) {
            const [row, column] = [
              y * down.stride + v * down.dilation - down.before,
              x * across.stride + u * across.dilation - across.before,
            ];
            if (isInside(row, column)) largest = Math.max(largest, input[(channel * shape.height + row) * shape.width + column]!);
          }
        }
        result[next++] = largest;
      }
    }
  }
  return result;
}
