/**
 * How the evaluator takes inputs in: from the library's ciphertexts, or from another form under the same key.
 *
 * @module
 */
import { arrivedPhase, type PortScale } from './model/scales.ts';
import { readCompressedCiphertext } from './wire/ciphertext-wire.ts';

export interface InputReader {
  /** Memory that the reader itself has taken. */
  readonly reserved_bytes: number;
  /**
   * Mask and body of each of the values that a payload carries, in order. An array may be overwritten when the next is asked for.
   * @throws EnigmarkError CIPHERTEXT_DAMAGED
   */
  read(payload: Uint8Array, scale: PortScale, values: number): Iterable<BigUint64Array>;
}

/** Of the library's compressed ciphertexts, one value each, under a key of `dimension` bits. */
export function libraryReader(dimension: number): InputReader {
  return {
    reserved_bytes: 0,
    read: (payload, scale) => [arrivedPhase(readCompressedCiphertext(payload, dimension), scale)],
  };
}
