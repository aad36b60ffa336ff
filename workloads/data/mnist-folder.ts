/**
 * MNIST's own test set, from a folder of the user's that holds the two IDX files, gzipped or not.
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

const IMAGES_FILE = 't10k-images-idx3-ubyte';
const LABELS_FILE = 't10k-labels-idx1-ubyte';
const SIDE = 28;
const CLASSES = 10;
/** The real files hold 7.8 MB and 10 kB; a hostile gzip file could claim any amount of memory. */
const MOST_BYTES = 2 ** 28;

/** Paths of the files in the folder that are read; of one that is missing, none. */
export function testImageFiles(folder: string): readonly string[] {
  return [IMAGES_FILE, LABELS_FILE].flatMap((file) => findPlainOrGzipped(folder, file) ?? []);
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
  const images = readIdxImages(readPlainOrGzipped(folder, IMAGES_FILE), IMAGES_FILE);
  if (images.height !== SIDE || images.width !== SIDE) {
    throw new EnigmarkError('IDX_SIZE', {
      expected: `images of ${SIDE} x ${SIDE} pixels in ${IMAGES_FILE}`,
      got: `${images.height} x ${images.width}`,
      remedy: 'use the MNIST files',
    });
  }
  const labels = readIdxLabels(readPlainOrGzipped(folder, LABELS_FILE), LABELS_FILE, CLASSES);
  if (labels.length !== images.count) {
    throw new EnigmarkError('IDX_COUNT', {
      expected: `a label for each of the ${images.count} images`,
      got: `${labels.length} labels`,
      remedy: 'take both files from the same set',
    });
  }
  return { pixelsPerImage: SIDE * SIDE, count: images.count, pixels: images.pixels, labels };
}
