/**
 * The library's serialised ciphertexts (tfhe-rs 1.7.0, shortint with the standard atomic pattern and key-switch first).
 * A compressed ciphertext is a body and the seed of its mask; a full one carries k * N mask words and the body.
 *
 * @module
 */
import { BinaryReader, BinaryWriter } from './binary.ts';
import { RandomStream } from './random-stream.ts';

/**
 * Messages are encoded in the lower half of the torus in units of 2^-33: fine enough that every layer may choose its own
 * scale, and the resolution at which a phase is read back.
 */
export const MESSAGE_BITS = 32;

/** A full phase is read back by telling the library of one more message bit than it encrypts with. */
const PHASE_BITS = MESSAGE_BITS + 1;

export const SEED_BYTES = 16;
/** Of a number of the torus. */
export const WORD_BYTES = 8;

/** Seed of a mask; the library's other kinds and its table indices are refused. */
export function readSeed(reader: BinaryReader): Uint8Array {
  reader.expectU32(0, 'seed kind');
  const seed = reader.bytes(SEED_BYTES);
  for (const what of ['block index', 'block index', 'byte index']) reader.expectU64(0, what);
  return seed;
}

/** A native modulus, which the library writes as zero, and its width. */
export function readModulus(reader: BinaryReader, bits: number): void {
  reader.expectU64(0, 'modulus');
  reader.expectU64(0, 'modulus');
  reader.expectU64(bits, 'bits of the modulus');
}

/**
 * Expands a compressed ciphertext to mask and body.
 * @throws EnigmarkError CIPHERTEXT_DAMAGED
 */
export function readCompressedCiphertext(bytes: Uint8Array, dimension: number): BigUint64Array {
  const reader = new BinaryReader(bytes, 'CIPHERTEXT_DAMAGED');
  const body = reader.u64();
  reader.expectU64(dimension + 1, 'LWE size');
  const seed = readSeed(reader);
  readModulus(reader, 64);
  reader.expectU64(2 ** MESSAGE_BITS - 1, 'degree');
  reader.expectU64(2 ** MESSAGE_BITS, 'message modulus');
  reader.expectU64(1, 'carry modulus');
  reader.expectU32(0, 'atomic pattern');
  reader.expectU32(0, 'bootstrap order');
  reader.expectU64(1, 'noise level');
  reader.end();
  const words = new BigUint64Array(dimension + 1);
  new RandomStream(seed).fill(new Uint8Array(words.buffer, 0, dimension * 8));
  words[dimension] = body;
  return words;
}

/** Everything but the mask and the body: length, modulus, degree, noise level, two moduli, pattern, order. */
const FULL_OVERHEAD_BYTES = 8 + 24 + 4 * 8 + 2 * 4;

/** Bytes of a full ciphertext. */
export function fullCiphertext_bytes(dimension: number): number {
  return FULL_OVERHEAD_BYTES + (dimension + 1) * 8;
}

/** Bytes of a compressed one. */
export const COMPRESSED_CIPHERTEXT_BYTES = 124;

/** A full ciphertext that the library decrypts to its phase in units of 2^-33. */
export function writeCiphertext(words: BigUint64Array): Uint8Array {
  return new BinaryWriter(FULL_OVERHEAD_BYTES + words.byteLength)
    .words(words)
    .u64(0)
    .u64(0)
    .u64(64)
    .u64(2 ** PHASE_BITS - 1)
    .u64(1)
    .u64(2 ** PHASE_BITS)
    .u64(1)
    .u32(0)
    .u32(0).bytes;
}

/**
 * Mask and body of a full ciphertext as `writeCiphertext` makes it.
 * @throws EnigmarkError CIPHERTEXT_DAMAGED
 */
export function readCiphertext(bytes: Uint8Array, dimension: number): BigUint64Array {
  const reader = new BinaryReader(bytes, 'CIPHERTEXT_DAMAGED');
  const words = reader.words64(dimension + 1, 'ciphertext');
  readModulus(reader, 64);
  reader.expectU64(2 ** PHASE_BITS - 1, 'degree');
  reader.expectU64(1, 'noise level');
  reader.expectU64(2 ** PHASE_BITS, 'message modulus');
  reader.expectU64(1, 'carry modulus');
  reader.expectU32(0, 'atomic pattern');
  reader.expectU32(0, 'bootstrap order');
  reader.end();
  return words;
}

const BOOLEAN_ENCRYPTED = 0;

/** A ciphertext of the library's Boolean interface, whose torus has 32 bits, as 64-bit words. */
export function readBooleanCiphertext(bytes: Uint8Array, dimension: number): BigUint64Array {
  const reader = new BinaryReader(bytes, 'CIPHERTEXT_DAMAGED');
  reader.expectU32(BOOLEAN_ENCRYPTED, 'kind of Boolean ciphertext');
  const words = reader.words32(dimension + 1, 'ciphertext');
  readModulus(reader, 32);
  reader.end();
  return BigUint64Array.from(words, (word) => BigInt(word) << 32n);
}

/** The inverse: the upper 32 bits of every word. */
export function writeBooleanCiphertext(words: BigUint64Array): Uint8Array {
  const upper = Uint32Array.from(words, (word) => Number(word >> 32n));
  return new BinaryWriter(4 + 8 + upper.byteLength + 24).u32(BOOLEAN_ENCRYPTED).words(upper).u64(0).u64(0).u64(32).bytes;
}
