/**
 * How the evaluator takes inputs in: from the library's ciphertexts, or from another form under the same key.
 *
 * @module
 */
import type { Lwe } from './circuit-run.ts';
import { arrivedPhase, type PortScale } from './model/scales.ts';
import { readCompressedCiphertext } from './wire/ciphertext-wire.ts';

/** The values that one payload brought. */
export interface Arrival {
  /** Mask and body of a value. The array may be overwritten by the next call. */
  words(value: number): BigUint64Array;
}

export interface InputReader {
  /** Memory that the reader itself has taken. */
  readonly reserved_bytes: number;
  /** @throws EnigmarkError CIPHERTEXT_DAMAGED */
  read(payload: Uint8Array, scale: PortScale): Arrival;
}

/** Of the library's compressed ciphertexts, one value each, under a key of `dimension` bits. */
export function libraryReader(dimension: number): InputReader {
  return {
    reserved_bytes: 0,
    read(payload, scale) {
      const words = arrivedPhase(readCompressedCiphertext(payload, dimension), scale);
      return { words: () => words };
    },
  };
}

/** A value of an arrival, which takes memory of the kernel from when its address is first asked for. */
export class ArrivedLwe implements Lwe {
  readonly arrival: Arrival;
  readonly #value: number;
  readonly #place: (words: BigUint64Array) => number;
  #address: number | null = null;

  constructor(arrival: Arrival, value: number, place: (words: BigUint64Array) => number) {
    this.arrival = arrival;
    this.#value = value;
    this.#place = place;
  }

  get address(): number {
    this.#address ??= this.#place(this.arrival.words(this.#value));
    return this.#address;
  }

  get isPlaced(): boolean {
    return this.#address !== null;
  }
}
