/**
 * The IDX format of the MNIST files (LeCun, Cortes and Burges, "The MNIST database", section "File formats"): a big-endian
 * magic number, the size of every dimension, then one byte per element.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';

const IMAGES_MAGIC = 0x803;
const LABELS_MAGIC = 0x801;
/** Above any real set: what claims more is damaged. */
const MOST_ITEMS = 10_000_000;
const MOST_SIDE = 4096;

export interface IdxImages {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** Image after image, row by row, 0 to 255. */
  readonly pixels: Uint8Array;
}

function refuse(code: string, name: string, expected: string, got: string): never {
  throw new EnigmarkError(code, { expected: `${expected} in ${name}`, got, remedy: 'get the file again' });
}

/** The dimensions, checked against the length of the file before anything is read. */
function readHeader(bytes: Uint8Array, name: string, magic: number, most: readonly number[]): readonly number[] {
  const headerBytes = 4 + 4 * most.length;
  if (bytes.length < headerBytes) refuse('IDX_TRUNCATED', name, `a header of ${headerBytes} bytes`, `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = view.getUint32(0);
  if (found !== magic) refuse('IDX_MAGIC', name, `magic number 0x${magic.toString(16)}`, `0x${found.toString(16)}`);
  const sizes = most.map((_, dimension) => view.getUint32(4 + 4 * dimension));
  sizes.forEach((size, dimension) => {
    const limit = most[dimension]!;
    if (size < 1 || size > limit) refuse('IDX_SIZE', name, `dimension ${dimension} from 1 to ${limit}`, `${size}`);
  });
  const expected = headerBytes + sizes.reduce((product, size) => product * size, 1);
  if (bytes.length < expected) refuse('IDX_TRUNCATED', name, `${expected} bytes`, `${bytes.length}`);
  if (bytes.length > expected) refuse('IDX_TRAILING', name, `${expected} bytes`, `${bytes.length}`);
  return sizes;
}

/**
 * Images from the bytes of an IDX file, not copied.
 *
 * @throws EnigmarkError IDX_MAGIC, IDX_SIZE, IDX_TRUNCATED, IDX_TRAILING
 */
export function readIdxImages(bytes: Uint8Array, name: string): IdxImages {
  const [count, height, width] = readHeader(bytes, name, IMAGES_MAGIC, [MOST_ITEMS, MOST_SIDE, MOST_SIDE]);
  return { count: count!, height: height!, width: width!, pixels: bytes.subarray(16) };
}

/**
 * Labels from the bytes of an IDX file, not copied; each below `classes`.
 *
 * @throws EnigmarkError IDX_MAGIC, IDX_SIZE, IDX_TRUNCATED, IDX_TRAILING, IDX_LABEL
 */
export function readIdxLabels(bytes: Uint8Array, name: string, classes: number): Uint8Array {
  readHeader(bytes, name, LABELS_MAGIC, [MOST_ITEMS]);
  const labels = bytes.subarray(8);
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong >= 0) refuse('IDX_LABEL', name, `labels from 0 to ${classes - 1}`, `${labels[wrong]!} at item ${wrong}`);
  return labels;
}
