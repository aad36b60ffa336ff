/**
 * Slots in the clear. Whole numbers stay exact: those that may pass 2^53 are bigint.
 *
 * @module
 */
import type { Values } from '../circuit.ts';
import { EnigmarkError } from '../errors.ts';

/** Slots of one 'ciphertext'. */
export interface Slots {
  readonly values: Values;
  /** The largest magnitude of all slots. */
  readonly most: number;
}

/** Doubles where they hold the numbers, else what was given. */
export function slotsFrom(values: Values): Slots {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(Number(value)));
  return { values: values instanceof Float64Array || most > Number.MAX_SAFE_INTEGER ? values : Float64Array.from(values, Number), most };
}

export function exactly(values: Values): readonly bigint[] {
  return values instanceof Float64Array ? Array.from(values, BigInt) : values;
}

/** A bigint takes at least so many, so that its length tells it from a double. */
const LEAST_WIDE_BYTES = 16;
const WORD_BITS = 64n;

/** Doubles, or two's complement of as many 64-bit words as the largest needs and one for the sign; little endian. */
export function bytesOf({ values }: Slots): Uint8Array {
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
export function slotsOf(payload: Uint8Array, slots: number): Slots {
  const width = payload.length / slots;
  if (width > 8 && width % 8 === 0) return slotsFrom(wideNumbers(payload, width / 8));
  const values = width === 8 ? new Float64Array(payload.slice().buffer) : null;
  if (values === null || !values.every(Number.isFinite)) {
    throw new EnigmarkError('CIPHERTEXT_DAMAGED', {
      expected: `${slots} finite doubles`,
      got: values === null ? `${payload.length} bytes` : 'a value that is not finite',
      remedy: 'send the bytes again, unchanged',
    });
  }
  return slotsFrom(values);
}

function wideNumbers(payload: Uint8Array, words: number): bigint[] {
  const all = new BigInt64Array(payload.slice().buffer);
  return Array.from({ length: all.length / words }, (_, at) => {
    let value = all[(at + 1) * words - 1]!;
    for (let word = words - 2; word >= 0; word--) value = (value << WORD_BITS) | BigInt.asUintN(64, all[at * words + word]!);
    return value;
  });
}
