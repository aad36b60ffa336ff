/**
 * Windows that slide over an image: what convolution and pooling have in common.
 *
 * @module
 */
import { refuseLayer } from './layer-error.ts';
import { type Shape, shapeText } from './shape.ts';

/** One number for both directions, or one for rows (down) and one for columns (across). */
export type PerDirection = number | readonly [down: number, across: number];

/** The same on each of the four sides, or on each its own. */
export type PerSide = number | readonly [top: number, left: number, bottom: number, right: number];

export interface Window {
  readonly height: number;
  readonly width: number;
  /** From one place to the next. */
  readonly stride: PerDirection;
  /** Zeros added; 'same': as many as give one place for each `stride` pixels, an odd one at the end. */
  readonly padding: PerSide | 'same';
  /** From one pixel of the window to the next; 1 where it is left out. */
  readonly dilation?: PerDirection | undefined;
}

/** A window of one stride and one padding, as training has it. */
export interface EvenWindow extends Window {
  readonly stride: number;
  readonly padding: number;
}

/** A window in one direction. */
export interface Slide {
  /** Pixels of the window. */
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  /** Zeros before the first pixel of the image, and behind the last. */
  readonly before: number;
  readonly after: number;
  /** floor((length + before + after - dilation * (size - 1) - 1) / stride) + 1, so that a rest at the end is left out. */
  readonly places: number;
}

function slide(
  length: number,
  { size, stride, dilation }: Pick<Slide, 'size' | 'stride' | 'dilation'>,
  pads: readonly number[] | 'same',
): Slide {
  const reach = dilation * (size - 1) + 1;
  const total = Math.max(0, (Math.ceil(length / stride) - 1) * stride + reach - length);
  const [before, after] = pads === 'same' ? [Math.floor(total / 2), Math.ceil(total / 2)] : (pads as [number, number]);
  return { size, stride, dilation, before, after, places: Math.floor((length + before + after - reach) / stride) + 1 };
}

/** The window down the rows and across the columns of an image. */
export interface Slides {
  readonly down: Slide;
  readonly across: Slide;
}

/**
 * Places of the window along both directions (Dumoulin and Visin, "A guide to convolution arithmetic for deep learning",
 * arXiv:1603.07285, relationships 6 and 12).
 *
 * @throws EnigmarkError NETWORK_SHAPE where the window is larger than the padded image
 */
export function slidesOf(layer: string, window: Window, input: Shape): Slides {
  const [strideDown, strideAcross] = inDirections(window.stride);
  const [dilationDown, dilationAcross] = inDirections(window.dilation ?? 1);
  const { padding } = window;
  const [top, left, bottom, right] = typeof padding === 'number' ? [padding, padding, padding, padding] : padding === 'same' ? [] : padding;
  const pads = (before?: number, after?: number): readonly number[] | 'same' =>
    before === undefined || after === undefined ? 'same' : [before, after];
  const down = slide(input.height, { size: window.height, stride: strideDown, dilation: dilationDown }, pads(top, bottom));
  const across = slide(input.width, { size: window.width, stride: strideAcross, dilation: dilationAcross }, pads(left, right));
  if (down.places < 1 || across.places < 1) {
    const padded = `${input.height + down.before + down.after} x ${input.width + across.before + across.after}`;
    const reach = `${reachOf(down)} x ${reachOf(across)}`;
    refuseLayer(layer, `a window of at most ${padded}, the padded size of ${shapeText(input)},`, reach);
  }
  return { down, across };
}

/** Height and width of what is made at every place. @throws EnigmarkError as `slidesOf` does */
export function windowPlaces(layer: string, window: Window, input: Shape): { readonly height: number; readonly width: number } {
  const { down, across } = slidesOf(layer, window, input);
  return { height: down.places, width: across.places };
}

function inDirections(value: PerDirection): readonly [down: number, across: number] {
  return typeof value === 'number' ? [value, value] : value;
}

function reachOf({ size, dilation }: Slide): number {
  return dilation * (size - 1) + 1;
}

/** The pixels that the window meets at a place: `first` is the image's pixel under the window's own pixel `from`; `to` is behind the last. */
export interface Met {
  readonly from: number;
  readonly to: number;
  readonly first: number;
}

/** What the window meets of an image of that length: padding is left out. */
export function metAt({ size, stride, dilation, before }: Slide, place: number, length: number): Met {
  const start = place * stride - before;
  const from = start >= 0 ? 0 : Math.ceil(-start / dilation);
  const to = Math.min(size, Math.ceil((length - start) / dilation));
  return { from, to: Math.max(from, to), first: start + from * dilation };
}
