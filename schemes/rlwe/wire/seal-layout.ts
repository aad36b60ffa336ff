/**
 * Lengths and places in SEAL's serialised objects, little endian (SEAL 4.1: serialization.h, ciphertext.cpp, dynarray.h,
 * kswitchkeys.cpp). Objects are uncompressed here, and stand inside objects.
 *
 * - header (16): magic u16, its length u8, version u8 u8, compression u8, 0 u16, bytes of the object with the header u64
 * - ciphertext: header, parameters id (32), transform form u8, polynomials u64, degree u64, primes u64, scale f64, correction factor u64;
 *   then an array: a header of its own, the count of numbers u64, the numbers u64
 * - plaintext and secret key: header, parameters id (32), count of numbers u64, scale f64; then an array as in ciphertexts
 * - seeded ciphertext: its array has the first polynomial alone; behind it a header, the generator's type u8 and a seed of 64 bytes
 * - key-switching keys: header, parameters id (32), slots u64; for each slot the count of its ciphertexts u64, and these
 *
 * @module
 */
import { SEED_BYTES } from '../kernel/uniform.ts';

export const MAGIC = 0xa15e;
const VERSION = [4, 1] as const;
export const UNCOMPRESSED = 0;

export const HEADER_BYTES = 16;
const ID_BYTES = 32;
/** Counts and sizes are u64. */
export const COUNT_BYTES = 8;

/** Where the fields of a ciphertext and of keys begin, behind header and id. */
export const FIELDS_AT = HEADER_BYTES + ID_BYTES;

export const CIPHERTEXT_AT = {
  form: FIELDS_AT,
  polynomials: FIELDS_AT + 1,
  degree: FIELDS_AT + 9,
  primes: FIELDS_AT + 17,
  scale: FIELDS_AT + 25,
  correction: FIELDS_AT + 33,
  /** The header of the array. */
  array: FIELDS_AT + 41,
  count: FIELDS_AT + 41 + HEADER_BYTES,
  numbers: FIELDS_AT + 41 + HEADER_BYTES + COUNT_BYTES,
} as const;

/** What a seeded ciphertext has behind its numbers. */
export const SEED_RECORD_BYTES = HEADER_BYTES + 1 + SEED_BYTES;

/** The header of an object of so many bytes, header included. */
export function writeHeader(view: DataView, at: number, bytes: number): void {
  view.setUint16(at, MAGIC, true);
  view.setUint8(at + 2, HEADER_BYTES);
  view.setUint8(at + 3, VERSION[0]);
  view.setUint8(at + 4, VERSION[1]);
  view.setUint8(at + 5, UNCOMPRESSED);
  view.setBigUint64(at + 8, BigInt(bytes), true);
}

/** What keys have beside their ciphertexts: a count for every slot, of which rotations have as many as there are coefficients. */
export function keySlots_bytes(slots: number): number {
  return FIELDS_AT + COUNT_BYTES + slots * COUNT_BYTES;
}

/** A seeded ciphertext, whose first polynomial alone is there. */
export function seededCiphertext_bytes(degree: number, primes: number): number {
  return CIPHERTEXT_AT.numbers + 8 * degree * primes + SEED_RECORD_BYTES;
}

/** The two keys of an encapsulated bootstrap: modulo one prime of either kind, and modulo all data primes and special primes. */
export function encapsulation_bytes(degree: number, limbs: number, specialPrimes: number): number {
  return seededCiphertext_bytes(degree, 2) + seededCiphertext_bytes(degree, limbs + specialPrimes);
}
