/**
 * Arrays of NumPy: `.npy` (NumPy Enhancement Proposal 1: magic, version, length of a header, the header as a Python literal, the
 * numbers), and `.npz`, a ZIP archive of them (PKWARE APPNOTE: central directory, stored or deflated entries).
 *
 * @module
 */
import { inflateRawSync } from 'node:zlib';
import { EnigmarkError } from '../../../schemes/errors.ts';
import { type ReadTensor, type TensorFile } from './safetensors.ts';

const MAGIC = '\x93NUMPY';
/** As much as a file of tensors may have: a small archive may unpack to any size. */
const MOST_BYTES = 2 ** 28;
const CENTRAL_ENTRY = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const [STORED, DEFLATED] = [0, 8];

type ReadNumber = (view: DataView, at: number, little: boolean) => number;

/** By kind and size of a NumPy type: '<f4' is kind f of 4 bytes. */
const TYPES: ReadonlyMap<string, ReadNumber> = new Map([
  ['f8', (view, at, little) => view.getFloat64(at, little)],
  ['f4', (view, at, little) => view.getFloat32(at, little)],
  ['f2', (view, at, little) => view.getFloat16(at, little)],
  ['i8', (view, at, little) => Number(view.getBigInt64(at, little))],
  ['u8', (view, at, little) => Number(view.getBigUint64(at, little))],
  ['i4', (view, at, little) => view.getInt32(at, little)],
  ['u4', (view, at, little) => view.getUint32(at, little)],
  ['i2', (view, at, little) => view.getInt16(at, little)],
  ['u2', (view, at, little) => view.getUint16(at, little)],
  ['i1', (view, at) => view.getInt8(at)],
  ['u1', (view, at) => view.getUint8(at)],
  ['b1', (view, at) => view.getUint8(at)],
]);

function refuse(expected: string, got: string, cause?: unknown): never {
  throw new EnigmarkError('NUMPY_FILE', { expected, got, remedy: 'write it again with numpy.save or numpy.savez', cause });
}

/** @throws EnigmarkError NUMPY_FILE */
export function readNpy(bytes: Uint8Array, name: string): ReadTensor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 12 || Buffer.from(bytes.subarray(0, 6)).toString('latin1') !== MAGIC)
    refuse(`an array of NumPy in ${name}`, 'other bytes');
  const wide = bytes[6]! > 1;
  const headerStart = wide ? 12 : 10;
  const start = headerStart + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (start > bytes.length) refuse(`a header in ${name}`, 'the end');
  const header = Buffer.from(bytes.subarray(headerStart, start)).toString('latin1');
  const [, order = '', type = ''] = /'descr':\s*'([<>|=])([a-z]\d+)'/.exec(header) ?? [];
  const fortran = /'fortran_order':\s*True/.test(header);
  const [, sizes = null] = /'shape':\s*\(([\d,\s]*)\)/.exec(header) ?? [];
  const read = TYPES.get(type);
  if (read === undefined || sizes === null) return refuse(`numbers in ${name}`, header.trim().slice(0, 100));
  const shape = sizes.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  if (fortran && shape.length > 1) refuse(`numbers of ${name} row by row`, 'column by column (use numpy.ascontiguousarray)');
  const count = shape.reduce((product, size) => product * size, 1);
  const size = Number(type.slice(1));
  if (!Number.isSafeInteger(count) || count * size !== bytes.length - start) {
    refuse(`${count} numbers of ${size} bytes in ${name}`, `${bytes.length - start} bytes`);
  }
  const data = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    const value = read(view, start + at * size, order !== '>');
    if (!Number.isFinite(value)) refuse(`finite numbers in ${name}`, `${value}`);
    data[at] = value;
  }
  return { shape, data };
}

interface Entry {
  readonly method: number;
  readonly size: number;
  readonly unpacked: number;
  /** Of the entry's own header, in front of its bytes. */
  readonly header: number;
}

/** @throws EnigmarkError NUMPY_FILE, also when an array is read */
export function readNpz(bytes: Uint8Array): TensorFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries = directoryOf(bytes, view);
  return {
    names: [...entries.keys()],
    read(name) {
      const entry = entries.get(name);
      return entry === undefined ? null : readNpy(unpacked(bytes, view, entry, name), name);
    },
  };
}

function directoryOf(bytes: Uint8Array, view: DataView): ReadonlyMap<string, Entry> {
  let end = bytes.length - END_BYTES;
  const last = Math.max(0, end - LONGEST_COMMENT);
  while (end >= last && view.getUint32(end, true) !== END_OF_DIRECTORY) end--;
  if (end < last) refuse('a ZIP archive of arrays', 'other bytes');
  const entries = new Map<string, Entry>();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== CENTRAL_ENTRY) refuse('a directory of the archive', 'other bytes');
    const nameBytes = view.getUint16(at + 28, true);
    const name = Buffer.from(bytes.subarray(at + 46, at + 46 + nameBytes)).toString('utf8');
    entries.set(name.replace(/\.npy$/, ''), {
      method: view.getUint16(at + 10, true),
      size: view.getUint32(at + 20, true),
      unpacked: view.getUint32(at + 24, true),
      header: view.getUint32(at + 42, true),
    });
    at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

function unpacked(bytes: Uint8Array, view: DataView, { method, size, unpacked: expected, header }: Entry, name: string): Uint8Array {
  if (header + 30 > bytes.length || expected > MOST_BYTES) refuse(`"${name}" in the archive, at most ${MOST_BYTES} bytes`, 'another');
  const start = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  if (start + size > bytes.length) refuse(`"${name}" in the archive`, 'the end');
  const packed = bytes.subarray(start, start + size);
  if (method === STORED) return packed;
  if (method !== DEFLATED) refuse(`"${name}" stored or deflated`, `method ${method}`);
  try {
    return inflateRawSync(packed, { maxOutputLength: expected });
  } catch (cause) {
    return refuse(`"${name}" deflated`, 'damaged bytes', cause);
  }
}
