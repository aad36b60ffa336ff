/**
 * Little-endian reading and writing of the library's serialised form (bincode 1.3 with fixed-size integers: lengths and
 * sizes are u64, tags of enumerations u32). Nothing is read beyond the end and every byte must be consumed.
 *
 * @module
 */
import { EnigmarkError } from '../../errors.ts';

export type DamageCode = 'CIPHERTEXT_DAMAGED' | 'KEY_DAMAGED';

/** Reads bytes whose layout the receiver knows. Every method throws EnigmarkError with the reader's code. */
export class BinaryReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #code: DamageCode;
  #at = 0;

  constructor(bytes: Uint8Array, code: DamageCode) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#code = code;
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true);
  }

  /** A copy. */
  bytes(length: number): Uint8Array {
    const at = this.#advance(length);
    return this.#bytes.slice(at, at + length);
  }

  /** A vector of exactly `length` words, copied. */
  words64(length: number, what: string): BigUint64Array {
    this.expectU64(length, `length of ${what}`);
    return new BigUint64Array(this.bytes(length * 8).buffer);
  }

  /** A vector of exactly `length` words, copied. */
  words32(length: number, what: string): Uint32Array {
    this.expectU64(length, `length of ${what}`);
    return new Uint32Array(this.bytes(length * 4).buffer);
  }

  expectU32(expected: number, what: string): void {
    const got = this.u32();
    if (got !== expected) throw this.damage(`${what} ${expected}`, `${got}`);
  }

  expectU64(expected: number | bigint, what: string): void {
    const got = this.u64();
    if (got !== BigInt(expected)) throw this.damage(`${what} ${expected}`, `${got}`);
  }

  /** @throws where bytes are left over. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw this.damage(`${this.#at} bytes`, `${this.#bytes.length}`);
  }

  damage(expected: string, got: string): EnigmarkError {
    return new EnigmarkError(this.#code, { expected, got, remedy: 'send the bytes again, unchanged' });
  }

  #advance(length: number): number {
    const at = this.#at;
    if (length > this.#bytes.length - at) throw this.damage(`${length} bytes at ${at}`, `the end at ${this.#bytes.length}`);
    this.#at += length;
    return at;
  }
}

/** Writes into a buffer of known size. */
export class BinaryWriter {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.#view = new DataView(this.bytes.buffer);
  }

  u32(value: number): this {
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
    return this;
  }

  u64(value: number | bigint): this {
    this.#view.setBigUint64(this.#at, BigInt(value), true);
    this.#at += 8;
    return this;
  }

  /** Length, then the words. */
  words(words: BigUint64Array | Uint32Array): this {
    this.u64(words.length);
    this.bytes.set(new Uint8Array(words.buffer, words.byteOffset, words.byteLength), this.#at);
    this.#at += words.byteLength;
    return this;
  }
}
