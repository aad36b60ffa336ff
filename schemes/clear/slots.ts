/**
 * Slots in the clear, and their bytes: doubles, or bigint where whole numbers pass 2^53.
 *
 * @module
 */
import type { Values, ValueType } from '../circuit.ts';
import { EnigmarkError } from '../errors.ts';

/** Whether values may be whole numbers that no double holds. */
export function isWide({ step, min, max }: ValueType): boolean {
  return step !== null && Math.max(-min, max) > Number.MAX_SAFE_INTEGER;
}

export function exactly(values: Values): readonly bigint[] {
  return values instanceof Float64Array ? Array.from(values, BigInt) : values;
}

/** A bigint takes at least so many, so that its length tells it from a double. */
const LEAST_WIDE_BYTES = 16;
const WORD_BITS = 64n;

/** Doubles, or two's complement of as many 64-bit words as the largest needs and one for the sign; little endian. */
export function bytesOf(values: Values): Uint8Array {
  if (values instanceof Float64Array) return new Uint8Array(values.slice().buffer);
  const longest = values.reduce((most, value) => Math.max(most, value.toString(16).length), 0);
  const words = Math.max(LEAST_WIDE_BYTES / 8, Math.ceil(longest / 16) + 1);
  const bytes = new BigUint64Array(words * values.length);
  for (const [at, value] of values.entries()) {
    for (let word = 0; word < words; word++) bytes[at * words + word] = BigInt.asUintN(64, value >> (WORD_BITS * BigInt(word)));
  }
  return new Uint8Array(bytes.buffer);
}

/** @throws EnigmarkError CIPHERTEXT_DAMAGED where the payload is not one finite double, or one wider number, per slot. */
export function slotsOf(payload: Uint8Array, slots: number): Values {
  const width = payload.length / slots;
  return width > 8 && width % 8 === 0 ? wideNumbers(payload, width / 8) : doublesOf(payload, slots);
}

/** @throws EnigmarkError CIPHERTEXT_DAMAGED where the payload is not one finite double per slot. */
export function doublesOf(payload: Uint8Array, slots: number): Float64Array {
  const values = payload.length === slots * 8 ? new Float64Array(payload.slice().buffer) : null;
  if (values === null || !values.every(Number.isFinite)) {
    throw new EnigmarkError('CIPHERTEXT_DAMAGED', {
      expected: `${slots} finite doubles`,
      got: values === null ? `${payload.length} bytes` : 'a value that is not finite',
      remedy: 'send the bytes again, unchanged',
    });
  }
  return values;
}

function wideNumbers(payload: Uint8Array, words: number): bigint[] {
  const all = new BigInt64Array(payload.slice().buffer);
  return Array.from({ length: all.length / words }, (_, at) => {
    let value = all[(at + 1) * words - 1]!;
    for (let word = words - 2; word >= 0; word--) value = (value << WORD_BITS) | BigInt.asUintN(64, all[at * words + word]!);
    return value;
  });
}

/** A pointer, and a bigint of one or two words with its header. */
const WHOLE_NUMBER_BYTES = 32;

/** Memory that numbers take while they are held. */
export function valuesHeld_bytes(values: Values): number {
  return values instanceof Float64Array ? values.byteLength : values.length * WHOLE_NUMBER_BYTES;
}
