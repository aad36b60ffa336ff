/**
 * A secret key as compact bytes: its bits, eight to a byte, big key first. The library writes every bit as a word of 64.
 *
 * @module
 */
import { BinaryReader } from './binary.ts';
import { bigDimension, type TfheParameters } from '../parameters.ts';

/** Where the library's serialised client key has its bits: after the pattern's tag, and after the polynomial size. */
function partsOf(set: TfheParameters): readonly { readonly at: number; readonly bits: number }[] {
  const big = { at: 4 + 8, bits: bigDimension(set) };
  return [big, { at: big.at + big.bits * 8 + 8 + 8, bits: set.lweDimension }];
}

/** Bytes of a packed secret. */
function packed_bytes(set: TfheParameters): number {
  return Math.ceil((bigDimension(set) + set.lweDimension) / 8);
}

/** @param serialized The library's client key. */
export function packSecret(serialized: Uint8Array, set: TfheParameters): Uint8Array {
  const packed = new Uint8Array(packed_bytes(set));
  let bit = 0;
  for (const { at, bits } of partsOf(set)) {
    for (let index = 0; index < bits; index++, bit++) packed[bit >> 3]! |= serialized[at + 8 * index]! << (bit & 7);
  }
  return packed;
}

/**
 * The library's client key with the bits of a packed secret.
 * @param template Any serialised client key of the set.
 * @throws EnigmarkError KEY_DAMAGED
 */
export function unpackSecret(packed: Uint8Array, template: Uint8Array, set: TfheParameters): Uint8Array {
  const reader = new BinaryReader(packed, 'KEY_DAMAGED');
  const bytes = reader.bytes(packed_bytes(set));
  reader.end();
  const serialized = template.slice();
  let bit = 0;
  for (const { at, bits } of partsOf(set)) {
    for (let index = 0; index < bits; index++, bit++) serialized[at + 8 * index] = (bytes[bit >> 3]! >> (bit & 7)) & 1;
  }
  return serialized;
}
