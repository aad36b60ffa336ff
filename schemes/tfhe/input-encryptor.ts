/**
 * How a client encrypts inputs: value by value with the library, or in another form under the same key.
 *
 * @module
 */
import type { Port } from '../scheme.ts';
import { libraryReader, type InputReader } from './input-reader.ts';
import type { SecretKey } from './library/runtime.ts';
import { encode, type PortScale } from './model/scales.ts';

export interface InputEncryptor extends Disposable {
  /** Payloads of a port's envelopes: the numbers are checked, one for each ciphertext. */
  encrypt(numbers: Float64Array, port: Port, scale: PortScale): readonly Uint8Array[];
}

export interface ClientInputs {
  /** With a key that stays the caller's. */
  encryptor(key: SecretKey): InputEncryptor;
  /** A key of another kind than the library's, for which there is an encryptor already; null: the kind is the library's. */
  makeKey?(kind: string, key: SecretKey): Uint8Array | null;
  /** Reads what was encrypted, to tell its noise. */
  readonly reader: InputReader;
  /** Taken for inputs, besides node-tfhe's memory. */
  memory_bytes(): number;
}

/** The library's compressed ciphertexts, one value each, under a key of `dimension` bits. */
export function libraryClientInputs(dimension: number): ClientInputs {
  return {
    encryptor: (key) => ({
      encrypt: (numbers, { type }, scale) => Array.from(numbers, (number) => key.encryptCompressed(encode(number, scale, type))),
      [Symbol.dispose]: () => undefined,
    }),
    reader: libraryReader(dimension),
    memory_bytes: () => 0,
  };
}
