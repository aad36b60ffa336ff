/**
 * The built-in images: the first 10,000 training images of MNIST (LeCun, Cortes and Burges), as the `mnist` package has them
 * (`mnist/README.md`). There is no test image of MNIST among them: figures from this split do not compare with published ones on the
 * full sets.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { EnigmarkError } from '../../schemes/errors.ts';
import { readIdxImages, readIdxLabels } from './idx.ts';
import { type LabelledImages, selectImages } from './images.ts';
import { Random } from './random.ts';

export const MNIST_IMAGES_FILE = new URL('mnist/images-idx3-ubyte.gz', import.meta.url);
export const MNIST_LABELS_FILE = new URL('mnist/labels-idx1-ubyte.gz', import.meta.url);
/** SHA-256 of the two IDX files, images first, before compression. */
const MNIST_SHA256 = '168851764686d3872cfe40115767814cb012d6129723489f5a2c9d8b70e6a80f';
const CLASSES = 10;
const MOST_BYTES = 2 ** 23;

const TRAINING_IMAGES = 8_000;
/** Of the split alone; the committed models were trained on this one. */
const SPLIT_SEED = 1;

function readUnzipped(file: URL): Uint8Array {
  try {
    return gunzipSync(readFileSync(file), { maxOutputLength: MOST_BYTES });
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new EnigmarkError(missing ? 'MNIST_MISSING' : 'MNIST_DAMAGED', {
      expected: `the built-in images in ${file.pathname}`,
      got: missing ? 'no such file' : (cause as Error).message,
      remedy: 'install enigmark again',
      cause,
    });
  }
}

/** All built-in images, in the order of the files. @throws EnigmarkError MNIST_MISSING, MNIST_DAMAGED */
export function readBuiltInImages(): LabelledImages {
  const [images, labels] = [readUnzipped(MNIST_IMAGES_FILE), readUnzipped(MNIST_LABELS_FILE)];
  const sha256 = createHash('sha256').update(images).update(labels).digest('hex');
  if (sha256 !== MNIST_SHA256) {
    throw new EnigmarkError('MNIST_DAMAGED', {
      expected: `images of SHA-256 ${MNIST_SHA256}`,
      got: sha256,
      remedy: 'install enigmark again',
    });
  }
  const { count, height, width, pixels } = readIdxImages(images, MNIST_IMAGES_FILE.pathname);
  return { pixelsPerImage: height * width, count, pixels, labels: readIdxLabels(labels, MNIST_LABELS_FILE.pathname, CLASSES) };
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
    const images = readBuiltInImages();
    const order = Random.from(SPLIT_SEED, 'mnist split').permutation(images.count);
    loaded = {
      training: selectImages(images, order.subarray(0, TRAINING_IMAGES)),
      heldOut: selectImages(images, order.subarray(TRAINING_IMAGES)),
    };
  }
  return loaded;
}
