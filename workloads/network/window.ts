/**
 * Windows that slide over an image: what convolution and pooling have in common.
 *
 * @module
 */
import { refuseLayer } from './layer-error.ts';
import { type Shape, shapeText } from './shape.ts';

export interface Window {
  readonly height: number;
  readonly width: number;
  /** From one place to the next, in both directions. */
  readonly stride: number;
  /** Zeros added on each of the four sides. */
  readonly padding: number;
}

function places(size: number, window: number, { stride, padding }: Window): number {
  return Math.floor((size + 2 * padding - window) / stride) + 1;
}

/**
 * Places of the window along both directions: floor((size + 2 * padding - window) / stride) + 1, so that a rest at the end is left out
 * (Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv:1603.07285, relationship 6).
 *
 * @throws EnigmarkError NETWORK_SHAPE where the window is larger than the padded image
 */
export function windowPlaces(layer: string, window: Window, input: Shape): { readonly height: number; readonly width: number } {
  const height = places(input.height, window.height, window);
  const width = places(input.width, window.width, window);
  if (height < 1 || width < 1) {
    const padded = `${input.height + 2 * window.padding} x ${input.width + 2 * window.padding}`;
    refuseLayer(layer, `a window of at most ${padded}, the padded size of ${shapeText(input)},`, `${window.height} x ${window.width}`);
  }
  return { height, width };
}
