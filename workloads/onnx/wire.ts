/**
 * The wire format of Protocol Buffers: a message is a list of fields, each with a number and a value of one of four kinds
 * (https://protobuf.dev/programming-guides/encoding).
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';

/** A field as it lies in the bytes: what its number means is for the reader to know. */
export interface Field {
  readonly number: number;
  /** A varint as a signed number of 64 bits, four or eight bytes as they are, or the bytes of a string, message or packed list. */
  readonly value: bigint | Uint8Array;
  readonly kind: 'varint' | 'fixed32' | 'fixed64' | 'bytes';
}

const KINDS = new Map([
  [0, 'varint'],
  [1, 'fixed64'],
  [2, 'bytes'],
  [5, 'fixed32'],
] as const);
/** Of a number of 64 bits: seven in each byte. */
const MOST_VARINT_BYTES = 10;

/** @throws EnigmarkError ONNX_DAMAGED */
export function damaged(expected: string, got: string): never {
  throw new EnigmarkError('ONNX_DAMAGED', { expected: `${expected} in the ONNX file`, got, remedy: 'export the model again' });
}

/** Reads from the front of bytes. */
export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Negative numbers take ten bytes. @throws EnigmarkError ONNX_DAMAGED */
  varint(): bigint {
    let low = 0;
    for (let index = 0; index < MOST_VARINT_BYTES; index++) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) damaged('a whole number', 'the end');
      // Four bytes hold 28 bits, which most numbers are done with.
      if (index === 4) return this.#wideVarint(low, byte);
      low |= (byte & 0x7f) << (7 * index);
      if (byte < 0x80) return BigInt(low);
    }
    return damaged('a number of at most 64 bits', 'a longer one');
  }

  #wideVarint(low: number, fifth: number): bigint {
    let value = BigInt(low);
    let byte = fifth;
    for (let index = 4; index < MOST_VARINT_BYTES; index++) {
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return BigInt.asIntN(64, value);
      byte = this.#bytes[this.#at++] ?? damaged('a whole number', 'the end');
    }
    return damaged('a number of at most 64 bits', 'a longer one');
  }

  take(length: bigint): Uint8Array {
    if (length < 0n || length > this.#bytes.length - this.#at) damaged(`${length} bytes`, `${this.#bytes.length - this.#at}`);
    const end = this.#at + Number(length);
    // Not slice: of a Buffer it is the same memory, of other arrays a copy.
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

/** The fields of a message in order. @throws EnigmarkError ONNX_DAMAGED */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  const reader = new WireReader(message);
  while (!reader.isAtEnd) {
    const tag = reader.varint();
    const kind = KINDS.get(Number(tag & 7n) as 0 | 1 | 2 | 5) ?? damaged('a field of a known kind', `kind ${tag & 7n}`);
    const number = Number(tag >> 3n);
    if (number < 1 || number > 0x1fffffff) damaged('a field with a number', `${number}`);
    if (kind === 'varint') yield { number, kind, value: reader.varint() };
    else yield { number, kind, value: reader.take(kind === 'bytes' ? reader.varint() : kind === 'fixed32' ? 4n : 8n) };
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function bytesOf({ value }: Field): Uint8Array {
  return value instanceof Uint8Array ? value : damaged('bytes', 'a number');
}

export function textOf(field: Field): string {
  try {
    return utf8.decode(bytesOf(field));
  } catch (cause) {
    if (cause instanceof EnigmarkError) throw cause;
    return damaged('text in UTF-8', 'other bytes');
  }
}

export function numberOf({ value }: Field): number {
  return typeof value === 'bigint' ? Number(value) : damaged('a whole number', 'bytes');
}

/** Of a list that may be packed into one field or lie in a field each. */
export function integersOf(field: Field): number[] {
  if (field.kind === 'varint') return [numberOf(field)];
  const reader = new WireReader(bytesOf(field));
  const numbers: number[] = [];
  while (!reader.isAtEnd) numbers.push(Number(reader.varint()));
  return numbers;
}

/** As `integersOf`, of numbers of four bytes. */
export function floatsOf(field: Field): number[] {
  const bytes = bytesOf(field);
  if (bytes.length % 4 !== 0) damaged('numbers of 4 bytes', `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(4 * index, true));
}
