/**
 * Labelled grey images as one block of bytes.
 *
 * @module
 */

export interface LabelledImages {
  /** Pixels of one image: width times height. */
  readonly pixelsPerImage: number;
  readonly count: number;
  /** Image after image, row by row, 0 to 255. */
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/** Pixels of image `index` as they are stored, 0 to 255. */
export function imageBytes(images: LabelledImages, index: number): Uint8Array {
  return images.pixels.subarray(index * images.pixelsPerImage, (index + 1) * images.pixelsPerImage);
}

/** Pixels of image `index` from 0 to 1: byte / 255. */
export function imageValues(images: LabelledImages, index: number): Float64Array {
  return mapped(imageBytes(images, index), (byte) => byte / 255);
}

/** Pixels of image `index` in black and white: 1 from 128 on, else 0. */
export function binaryImageValues(images: LabelledImages, index: number): Float64Array {
  return mapped(imageBytes(images, index), (byte) => (byte < 128 ? 0 : 1));
}

/** Pixels of an image as a network takes them: as `imageValues` and `binaryImageValues` do. */
export type PixelsOf = (images: LabelledImages, index: number) => Float64Array;

/** Pixels of the middle of a square image, from 0 to 1, `side` along each side. */
export function centralImageValues(side: number): PixelsOf {
  return (images, index) => mapped(centralBytes(imageBytes(images, index), side), (byte) => byte / 255);
}

/** The middles of square images, `side` pixels along each side. */
export function centralImages(images: LabelledImages, side: number): LabelledImages {
  const pixels = new Uint8Array(images.count * side * side);
  for (let index = 0; index < images.count; index++) pixels.set(centralBytes(imageBytes(images, index), side), index * side * side);
  return { ...images, pixelsPerImage: side * side, pixels };
}

function centralBytes(bytes: Uint8Array, side: number): Uint8Array {
  const whole = Math.sqrt(bytes.length);
  const first = Math.floor((whole - side) / 2);
  const central = new Uint8Array(side * side);
  for (let row = 0; row < side; row++) {
    const start = (first + row) * whole + first;
    central.set(bytes.subarray(start, start + side), row * side);
  }
  return central;
}

/** A loop is ten times as fast as `Float64Array.from`, and every launch reads some thousand images. */
function mapped(bytes: Uint8Array, valueOf: (byte: number) => number): Float64Array {
  const values = new Float64Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) values[i] = valueOf(bytes[i]!);
  return values;
}

/** The images at `indices`, in that order. */
export function selectImages(images: LabelledImages, indices: Uint32Array): LabelledImages {
  const pixels = new Uint8Array(indices.length * images.pixelsPerImage);
  indices.forEach((from, to) => {
    pixels.set(imageBytes(images, from), to * images.pixelsPerImage);
  });
  return {
    pixelsPerImage: images.pixelsPerImage,
    count: indices.length,
    pixels,
    labels: Uint8Array.from(indices, (from) => images.labels[from]!),
  };
}
