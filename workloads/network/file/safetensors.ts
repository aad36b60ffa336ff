/**
 * The safetensors format (Hugging Face, "safetensors", README, section "Format"): the length of the header as 8 bytes little
 * endian, a JSON header, then the tensors one after another. Strict: no holes, and what is used is finite. Numbers of every common type
 * are read, 32-bit floats are written.
 *
 * @module
 */
import { z } from 'zod';
import { EnigmarkError } from '../../../schemes/errors.ts';

const LENGTH_BYTES = 8;
const FLOAT_BYTES = 4;
const MOST_HEADER_BYTES = 1 << 20;
const SPACE = 0x20;

/** As it is written. */
export interface Tensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/** As it is read: whatever its type in the file, every number exactly. */
export interface ReadTensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float64Array;
}

/** The tensors of a file. Each is decoded when it is asked for: those that nobody asks for may be of any type. */
export interface TensorFile {
  readonly names: readonly string[];
  /**
   * null: no tensor of that name.
   * @throws EnigmarkError SAFETENSORS_TYPE (of no type that is read), SAFETENSORS_VALUE (not finite, or a whole number past 2^53)
   */
  read(name: string): ReadTensor | null;
}

/** Reads the number at a byte of a file, little endian. */
type ReadNumber = (view: DataView, at: number) => number;

/** How numbers of each type are stored: their size in bytes, and how one is read. */
const TYPES: ReadonlyMap<string, { readonly bytes: number; readonly read: ReadNumber }> = new Map([
  ['F64', { bytes: 8, read: (view, at) => view.getFloat64(at, true) }],
  ['F32', { bytes: 4, read: (view, at) => view.getFloat32(at, true) }],
  ['F16', { bytes: 2, read: (view, at) => view.getFloat16(at, true) }],
  ['BF16', { bytes: 2, read: readBfloat16 }],
  ['I64', { bytes: 8, read: (view, at) => exactly(view.getBigInt64(at, true)) }],
  ['U64', { bytes: 8, read: (view, at) => exactly(view.getBigUint64(at, true)) }],
  ['I32', { bytes: 4, read: (view, at) => view.getInt32(at, true) }],
  ['U32', { bytes: 4, read: (view, at) => view.getUint32(at, true) }],
  ['I16', { bytes: 2, read: (view, at) => view.getInt16(at, true) }],
  ['U16', { bytes: 2, read: (view, at) => view.getUint16(at, true) }],
  ['I8', { bytes: 1, read: (view, at) => view.getInt8(at) }],
  ['U8', { bytes: 1, read: (view, at) => view.getUint8(at) }],
]);

/** The upper half of a 32-bit float. */
function readBfloat16(view: DataView, at: number): number {
  const widened = new DataView(new ArrayBuffer(FLOAT_BYTES));
  widened.setUint16(0, view.getUint16(at, true));
  return widened.getFloat32(0);
}

/** NaN where a double does not hold it. */
function exactly(value: bigint): number {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : NaN;
}

const dimension = z.int().min(0).max(0xffffffff);
const entrySchema = z.strictObject({
  dtype: z.string().max(20),
  shape: z.array(dimension).max(8),
  data_offsets: z.tuple([dimension, dimension]),
});
const metadataSchema = z.record(z.string(), z.string());
const headerSchema = z.record(z.string(), z.unknown());

function refuse(code: string, expected: string, got: string, cause?: unknown): never {
  throw new EnigmarkError(code, { expected, got, remedy: 'get or write the safetensors file again', cause });
}

function parseHeader(bytes: Uint8Array): readonly (readonly [string, z.infer<typeof entrySchema>])[] {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    refuse('SAFETENSORS_HEADER', 'a JSON header', 'something else', cause);
  }
  const header = headerSchema.safeParse(json);
  if (!header.success) return refuse('SAFETENSORS_HEADER', 'a JSON object as header', 'something else', header.error);
  return Object.entries(header.data).flatMap(([name, value]) => {
    const parsed = name === '__metadata__' ? metadataSchema.safeParse(value) : entrySchema.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return refuse('SAFETENSORS_HEADER', `a sound header entry "${name}"`, issue?.message ?? 'another', parsed.error);
    }
    return name === '__metadata__' ? [] : [[name, parsed.data as z.infer<typeof entrySchema>] as const];
  });
}

interface StoredTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Numbers in it. */
  readonly length: number;
  /** First byte in the file. */
  readonly at: number;
}

function decode({ name, dtype, shape, length, at }: StoredTensor, view: DataView): ReadTensor {
  const type = TYPES.get(dtype);
  if (type === undefined) return refuse('SAFETENSORS_TYPE', `numbers of ${[...TYPES.keys()].join(', ')} in tensor "${name}"`, dtype);
  const data = Float64Array.from({ length }, (_, index) => type.read(view, at + index * type.bytes));
  if (!data.every(Number.isFinite)) {
    refuse('SAFETENSORS_VALUE', `finite numbers, whole ones up to 2^53, in tensor "${name}"`, 'another');
  }
  return { shape, data };
}

/**
 * Opens the bytes of a file: every tensor's place and size are checked, its numbers when it is read.
 *
 * @throws EnigmarkError SAFETENSORS_TRUNCATED (no length, or a header past the end), SAFETENSORS_HEADER (not the strict JSON),
 * SAFETENSORS_LAYOUT (tensors overlap, leave holes, or differ from their shape or the file's length)
 */
export function readSafetensors(bytes: Uint8Array): TensorFile {
  if (bytes.length < LENGTH_BYTES) refuse('SAFETENSORS_TRUNCATED', `${LENGTH_BYTES} bytes of length`, `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getBigUint64(0, true);
  const mostHeaderBytes = Math.min(MOST_HEADER_BYTES, bytes.length - LENGTH_BYTES);
  if (headerBytes > mostHeaderBytes) refuse('SAFETENSORS_TRUNCATED', `a header of at most ${mostHeaderBytes} bytes`, `${headerBytes}`);
  const bodyStart = LENGTH_BYTES + Number(headerBytes);
  const entries = parseHeader(bytes.subarray(LENGTH_BYTES, bodyStart));
  const stored = new Map<string, StoredTensor>();
  let covered = 0;
  for (const [name, { dtype, shape, data_offsets }] of entries.toSorted(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0])) {
    const [begin, end] = data_offsets;
    const length = shape.reduce((product, size) => product * size, 1);
    // Of a type that is not read, the size is what the header says.
    const bytesOfType = TYPES.get(dtype)?.bytes;
    const size = bytesOfType === undefined ? Math.max(0, end - begin) : length * bytesOfType;
    if (begin !== covered || end - begin !== size || end > bytes.length - bodyStart) {
      refuse('SAFETENSORS_LAYOUT', `tensor "${name}" of ${size} bytes at ${covered}`, `bytes ${begin} to ${end}`);
    }
    stored.set(name, { name, dtype, shape, length, at: bodyStart + begin });
    covered = end;
  }
  if (covered !== bytes.length - bodyStart) refuse('SAFETENSORS_LAYOUT', `${covered} bytes of tensors`, `${bytes.length - bodyStart}`);
  return {
    names: [...stored.keys()],
    read(name) {
      const tensor = stored.get(name);
      return tensor === undefined ? null : decode(tensor, view);
    },
  };
}

/** Bytes of a file that holds `tensors` in the given order; the header is padded so that the tensors are aligned to 8 bytes. */
export function writeSafetensors(tensors: ReadonlyMap<string, Tensor>, metadata: Readonly<Record<string, string>>): Uint8Array {
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(LENGTH_BYTES + headerBytes + offset).fill(SPACE, 0, LENGTH_BYTES + headerBytes);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  bytes.set(json, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerBytes;
  for (const { data } of tensors.values()) {
    for (const value of data) {
      view.setFloat32(at, value, true);
      at += FLOAT_BYTES;
    }
  }
  return bytes;
}
