/**
 * Constants of an ONNX model, whatever type they are stored in.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import { damaged, type Field, fieldsOf, integersOf } from './wire.ts';

/** Numbers, row-major; none for a tensor of texts. */
export interface ConstantTensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

type ReadNumber = (view: DataView, at: number) => number;

interface StoredType {
  readonly bytes: number;
  readonly read: ReadNumber;
  /** Field of numbers that are not raw: 4 floats, 5 whole numbers of up to 32 bits, 7 of 64, 10 doubles, 11 unsigned ones of 64. */
  readonly field: number;
}

/** By `TensorProto.DataType`. */
const TYPES: ReadonlyMap<number, StoredType> = new Map([
  [1, { bytes: 4, field: 4, read: (view, at) => view.getFloat32(at, true) }],
  [2, { bytes: 1, field: 5, read: (view, at) => view.getUint8(at) }],
  [3, { bytes: 1, field: 5, read: (view, at) => view.getInt8(at) }],
  [4, { bytes: 2, field: 5, read: (view, at) => view.getUint16(at, true) }],
  [5, { bytes: 2, field: 5, read: (view, at) => view.getInt16(at, true) }],
  [6, { bytes: 4, field: 5, read: (view, at) => view.getInt32(at, true) }],
  [7, { bytes: 8, field: 7, read: (view, at) => Number(view.getBigInt64(at, true)) }],
  [9, { bytes: 1, field: 5, read: (view, at) => view.getUint8(at) }],
  [10, { bytes: 2, field: 5, read: (view, at) => view.getFloat16(at, true) }],
  [11, { bytes: 8, field: 10, read: (view, at) => view.getFloat64(at, true) }],
  [12, { bytes: 4, field: 11, read: (view, at) => view.getUint32(at, true) }],
  [13, { bytes: 8, field: 11, read: (view, at) => Number(view.getBigUint64(at, true)) }],
  [16, { bytes: 2, field: 5, read: readBfloat16 }],
]);
const TEXT = 8;
const FLOAT16 = new Set([10, 16]);

function readBfloat16(view: DataView, at: number): number {
  const widened = new DataView(new ArrayBuffer(4));
  widened.setUint16(0, view.getUint16(at, true));
  return widened.getFloat32(0);
}

/** Sizes and products of them stay far below what 64 bits hold. */
const MOST_NUMBERS = 2 ** 28;

/** How many numbers a tensor of that shape holds. @throws EnigmarkError ONNX_DAMAGED */
export function countOf(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 0) damaged('sizes of zero or more', shape.join(' x '));
    count *= size;
    if (count > MOST_NUMBERS) damaged(`a tensor of at most ${MOST_NUMBERS} numbers`, shape.join(' x '));
  }
  return count;
}

/** Numbers that one node may make, and weights that it may have beside its own. */
const MOST_WORK = 2 ** 21;

/**
 * Holds against a limit what a node would make, before it is made.
 *
 * @throws EnigmarkError NETWORK_TOO_LARGE
 */
export function expectWork(count: number, what: string): void {
  if (count <= MOST_WORK) return;
  throw new EnigmarkError('NETWORK_TOO_LARGE', {
    expected: `at most ${MOST_WORK} ${what}`,
    got: `${count}`,
    remedy: 'take a smaller network: one of this size is out of reach under encryption',
  });
}

/** @throws EnigmarkError ONNX_DAMAGED, ONNX_UNSUPPORTED (numbers in another file, or of a type that is not read) */
export function readTensor(message: Uint8Array): { readonly name: string; readonly tensor: ConstantTensor } {
  const shape: number[] = [];
  const typed = new Map<number, Field[]>();
  let [type, name]: [number, string] = [0, ''];
  let raw: Uint8Array | null = null;
  for (const field of fieldsOf(message)) {
    const { number, value } = field;
    if (number === 1) shape.push(...integersOf(field));
    else if (number === 2) type = Number(value);
    else if (number === 8 && value instanceof Uint8Array) name = new TextDecoder().decode(value);
    else if (number === 9 && value instanceof Uint8Array) raw = value;
    else if (number === 13 || (number === 14 && value === 1n)) {
      unsupported(`constants in the file itself`, `"${name}" in another file`, 'save the model with its weights in one file');
    } else typed.set(number, [...(typed.get(number) ?? []), field]);
  }
  const count = countOf(shape);
  if (type === TEXT) return { name, tensor: { shape, data: new Float64Array(0) } };
  const stored = TYPES.get(type);
  if (stored === undefined) unsupported(`a constant "${name}" of numbers`, `type ${type}`, 'export in 32-bit floats');
  const data = raw === null ? numbersIn(typed.get(stored.field) ?? [], type, stored) : numbersFrom(raw, stored);
  if (data.length !== count) damaged(`${count} numbers in constant "${name}"`, `${data.length}`);
  return { name, tensor: { shape, data } };
}

function unsupported(expected: string, got: string, remedy: string): never {
  throw new EnigmarkError('ONNX_UNSUPPORTED', { expected, got, remedy });
}

function numbersFrom(raw: Uint8Array, { bytes, read }: StoredType): Float64Array {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  return Float64Array.from({ length: Math.floor(raw.length / bytes) }, (_, index) => read(view, index * bytes));
}

/** Numbers in fields of their own: floats and doubles by their bytes, others as varints; those of 16 bits are floats by their bits. */
function numbersIn(fields: readonly Field[], type: number, { field, bytes, read }: StoredType): Float64Array {
  if (field === 4 || field === 10) {
    const parts = fields.map(({ value }) =>
      value instanceof Uint8Array ? numbersFrom(value, { bytes, read, field }) : damaged('numbers', 'a varint'),
    );
    return Float64Array.from(parts.flatMap((part) => [...part]));
  }
  const whole = fields.flatMap(integersOf);
  if (!FLOAT16.has(type)) return Float64Array.from(whole);
  const view = new DataView(new ArrayBuffer(2));
  return Float64Array.from(whole, (bits) => {
    view.setUint16(0, bits & 0xffff, true);
    return read(view, 0);
  });
}
