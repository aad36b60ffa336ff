/**
 * Damage to serialised keys and ciphertexts: most of it in the fields between the words, where lengths and kinds stand.
 *
 * @module
 */
import { COMPRESSED_CIPHERTEXT_BYTES, fullCiphertext_bytes } from './wire/ciphertext-wire.ts';
import { serverKey_bytes } from './wire/key-wire.ts';
import { bigDimension, type TfheParameters } from './parameters.ts';

/** From a byte to another, that one not included. */
export type Range = readonly [from: number, to: number];

const SEED_AND_MODULUS_BYTES = 44 + 24;

/** What is not a word of a body in a serialised evaluation key. */
export function keyFields(set: TfheParameters): readonly Range[] {
  const keyswitchAt = 4 + 8;
  const keyswitchEnd = keyswitchAt + bigDimension(set) * set.keyswitchLevels * 8;
  const bootstrapAt = keyswitchEnd + 3 * 8 + SEED_AND_MODULUS_BYTES + 4 + 8;
  const bootstrapEnd = bootstrapAt + set.lweDimension * set.bootstrapLevels * (set.glweDimension + 1) * set.polynomialSize * 8;
  return [
    [0, keyswitchAt],
    [keyswitchEnd, bootstrapAt],
    [bootstrapEnd, serverKey_bytes(set)],
  ];
}

/** All of a compressed ciphertext: its one word is a body of eight bytes. */
export const INPUT_FIELDS: readonly Range[] = [[0, COMPRESSED_CIPHERTEXT_BYTES]];

/** What is not a word of the mask or body in a full ciphertext. */
export function resultFields(set: TfheParameters): readonly Range[] {
  const dimension = bigDimension(set);
  return [
    [0, 8],
    [8 + (dimension + 1) * 8, fullCiphertext_bytes(dimension)],
  ];
}

export interface Mutant {
  readonly kind: string;
  readonly bytes: Uint8Array;
}

/** 64-bit numbers that lengths, counts and kinds are most easily broken by. */
const LIES = [0n, 1n, 2n, 3n, 16n, 17n, 2n ** 16n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 40n, 2n ** 61n, 2n ** 63n, 2n ** 64n - 1n];

/** One of six kinds of damage; `uniform` gives numbers in [0, 1). */
export function mutate(original: Uint8Array, fields: readonly Range[], uniform: () => number): Mutant {
  const below = (bound: number): number => Math.floor(bound * uniform());
  const field = (bytes: number): number => {
    const [from, to] = fields[below(fields.length)]!;
    return Math.min(from + below(to - from), original.length - bytes);
  };
  const kind = ['field flip', 'lie', 'word flip', 'truncation', 'extension', 'repeat'][below(6)]!;
  const bytes = original.slice();
  switch (kind) {
    case 'field flip':
      for (let flips = 1 + below(3); flips > 0; flips--) bytes[field(1)]! ^= 1 << below(8);
      return { kind, bytes };
    case 'lie':
      new DataView(bytes.buffer).setBigUint64(field(8), LIES[below(LIES.length)]!, true);
      return { kind, bytes };
    case 'word flip':
      for (let flips = 1 + below(3); flips > 0; flips--) bytes[below(bytes.length)]! ^= 1 << below(8);
      return { kind, bytes };
    case 'truncation':
      return { kind, bytes: bytes.slice(0, below(2) === 0 ? field(1) : below(bytes.length)) };
    case 'extension':
      return { kind, bytes: Uint8Array.from([...bytes.subarray(0, 64), ...bytes]) };
    default: {
      const from = below(bytes.length);
      bytes.copyWithin(field(1), from, from + 1 + below(64));
      return { kind, bytes };
    }
  }
}
