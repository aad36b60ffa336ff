/**
 * The safetensors format (Hugging Face, "safetensors", README, section "Format"): the length of the header as 8 bytes little
 * endian, a JSON header, then the tensors one after another. Strict and small: 32-bit floats only, no holes, finite values.
 *
 * @module
 */
import { z } from 'zod';
import { EnigmarkError } from '../../schemes/errors.ts';

const LENGTH_BYTES = 8;
const FLOAT_BYTES = 4;
const MOST_HEADER_BYTES = 1 << 20;
const SPACE = 0x20;

export interface Tensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

const dimension = z.int().min(0).max(0xffffffff);
const entrySchema = z.strictObject({
  dtype: z.literal('F32'),
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

/**
 * Tensors by name.
 *
 * @throws EnigmarkError SAFETENSORS_TRUNCATED (no length, or a header past the end), SAFETENSORS_HEADER (not the strict JSON),
 * SAFETENSORS_LAYOUT (tensors overlap, leave holes, or differ from their shape or the file's length), SAFETENSORS_VALUE (not finite)
 */
export function readSafetensors(bytes: Uint8Array): ReadonlyMap<string, Tensor> {
  if (bytes.length < LENGTH_BYTES) refuse('SAFETENSORS_TRUNCATED', `${LENGTH_BYTES} bytes of length`, `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getBigUint64(0, true);
  const mostHeaderBytes = Math.min(MOST_HEADER_BYTES, bytes.length - LENGTH_BYTES);
  if (headerBytes > mostHeaderBytes) refuse('SAFETENSORS_TRUNCATED', `a header of at most ${mostHeaderBytes} bytes`, `${headerBytes}`);
  const bodyStart = LENGTH_BYTES + Number(headerBytes);
  const entries = parseHeader(bytes.subarray(LENGTH_BYTES, bodyStart));
  const tensors = new Map<string, Tensor>();
  let covered = 0;
  for (const [name, { shape, data_offsets }] of entries.toSorted(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0])) {
    const [begin, end] = data_offsets;
    const length = shape.reduce((product, size) => product * size, 1);
    if (begin !== covered || end - begin !== length * FLOAT_BYTES || end > bytes.length - bodyStart) {
      refuse('SAFETENSORS_LAYOUT', `tensor "${name}" of ${length * FLOAT_BYTES} bytes at ${covered}`, `bytes ${begin} to ${end}`);
    }
    const data = Float32Array.from({ length }, (_, index) => view.getFloat32(bodyStart + begin + index * FLOAT_BYTES, true));
    if (!data.every(Number.isFinite)) refuse('SAFETENSORS_VALUE', `finite numbers in tensor "${name}"`, 'infinity or no number');
    tensors.set(name, { shape, data });
    covered = end;
  }
  if (covered !== bytes.length - bodyStart) refuse('SAFETENSORS_LAYOUT', `${covered} bytes of tensors`, `${bytes.length - bodyStart}`);
  return tensors;
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
