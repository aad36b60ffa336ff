/**
 * MNIST's own sets, or sets in the same files (Fashion-MNIST, KMNIST), from a folder of the user's: IDX files, gzipped or not.
 *
 * @module
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { EnigmarkError } from '../../schemes/errors.ts';
import { lookAt } from '../network/file/look-at.ts';
import { readIdxImages, readIdxLabels } from './idx.ts';
import type { LabelledImages } from './images.ts';

const TEST_FILES = { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' };
const TRAINING_FILES = { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' };
const SIDE = 28;
const CLASSES = 10;
/** The real files hold 47 MB and 60 kB; a hostile gzip file could claim any amount of memory. */
const MOST_BYTES = 2 ** 28;

/** Paths of the files in the folder that are read; of one that is missing, none. */
export function imageFiles(folder: string): readonly string[] {
  return [TEST_FILES, TRAINING_FILES].flatMap(Object.values<string>).flatMap((file) => findPlainOrGzipped(folder, file) ?? []);
}

function findPlainOrGzipped(folder: string, file: string): string | undefined {
  return [join(folder, file), join(folder, `${file}.gz`)].find((candidate) => lookAt(candidate)?.isFile());
}

/** Contents of `file` or of `file.gz`. */
function readPlainOrGzipped(folder: string, file: string): Uint8Array {
  const path = findPlainOrGzipped(folder, file);
  if (path === undefined) {
    throw new EnigmarkError('IDX_MISSING', {
      expected: `${file} or ${file}.gz in ${folder}`,
      got: 'neither file',
      remedy: 'name the folder that holds the MNIST test files, or leave the folder out to use the built-in images',
    });
  }
  const size_bytes = statSync(path).size;
  if (size_bytes > MOST_BYTES) {
    throw new EnigmarkError('IDX_SIZE', {
      expected: `at most ${MOST_BYTES} bytes in ${path}`,
      got: `${size_bytes}`,
      remedy: 'get the file again',
    });
  }
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new EnigmarkError('IDX_UNREADABLE', {
      expected: `to read ${path}`,
      got: (cause as Error).message,
      remedy: 'check its rights',
      cause,
    });
  }
  if (!path.endsWith('.gz')) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (cause) {
    throw new EnigmarkError('IDX_GZIP', {
      expected: `a whole gzip file of at most ${MOST_BYTES} bytes in ${path}`,
      got: (cause as Error).message,
      remedy: 'get the file again',
      cause,
    });
  }
}

/**
 * The test images in `folder`.
 *
 * @throws EnigmarkError IDX_MISSING, IDX_UNREADABLE, IDX_GZIP, IDX_SIZE, IDX_MAGIC, IDX_TRUNCATED, IDX_TRAILING, IDX_LABEL,
 * IDX_COUNT
 */
export function readTestImages(folder: string): LabelledImages {
  return readImages(folder, TEST_FILES);
}

let lastTraining: { readonly folder: string; readonly images: LabelledImages } | null = null;

/**
 * The training images in `folder`; null where it has none. Those that were read last are kept: they are asked for several times.
 *
 * @throws EnigmarkError as `readTestImages` does
 */
export function readTrainingImages(folder: string): LabelledImages | null {
  if (findPlainOrGzipped(folder, TRAINING_FILES.images) === undefined) return null;
  if (lastTraining?.folder !== folder) lastTraining = { folder, images: readImages(folder, TRAINING_FILES) };
  return lastTraining.images;
}

function readImages(folder: string, files: typeof TEST_FILES): LabelledImages {
  const images = readIdxImages(readPlainOrGzipped(folder, files.images), files.images);
  if (images.height !== SIDE || images.width !== SIDE) {
    throw new EnigmarkError('IDX_SIZE', {
      expected: `images of ${SIDE} x ${SIDE} pixels in ${files.images}`,
      got: `${images.height} x ${images.width}`,
      remedy: 'use the MNIST files',
    });
  }
  const labels = readIdxLabels(readPlainOrGzipped(folder, files.labels), files.labels, CLASSES);
  if (labels.length !== images.count) {
    throw new EnigmarkError('IDX_COUNT', {
      expected: `a label for each of the ${images.count} images`,
      got: `${labels.length} labels`,
      remedy: 'take both files from the same set',
    });
  }
  return { pixelsPerImage: SIDE * SIDE, count: images.count, pixels: images.pixels, labels };
}
