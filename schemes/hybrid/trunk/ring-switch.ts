/**
 * The switch at the evaluator: see `switching.ts`. It has the key's ciphertexts, and no secret.
 *
 * @module
 */
import type { RlweParameters } from '../../rlwe/program/program.ts';
import { DigitKey, expectKeyLength, writeDigits, type CiphertextCoefficients } from '../digit-key.ts';
import { torusWords } from '../extraction.ts';
import type { InputRing } from '../parameters.ts';
import type { RingWorkspace } from '../ring-reader.ts';
import { DIGIT_BITS, DIGITS, partCount, switchingKey_bytes } from './switching.ts';

/** Modulo one prime. */
export interface SwitchedCiphertext extends CiphertextCoefficients {
  readonly prime: number;
}

const TORUS_UNITS = 2 ** 32;

export class RingSwitch {
  readonly #workspace: RingWorkspace;
  readonly #parts: number;
  readonly #key: DigitKey;

  /** @throws EnigmarkError KEY_DAMAGED */
  constructor(trunk: RlweParameters, inputRing: InputRing, workspace: RingWorkspace, key: Uint8Array) {
    expectKeyLength(key, switchingKey_bytes(trunk, inputRing));
    this.#workspace = workspace;
    this.#parts = partCount(trunk, inputRing);
    this.#key = new DigitKey(inputRing, workspace, key);
  }

  /** Mask and body of a ciphertext of TFHE that holds the constant coefficient. */
  apply({ first, second, prime }: SwitchedCiphertext): BigUint64Array {
    const { modulus } = this.#workspace;
    const switched = this.#key.multiply(this.#digitsOf(second, prime));
    const n = switched.first.length;
    // Coefficient 0 of (b, a) has the mask -a[0], a[n - 1], ..., a[1]: see `extraction.ts`.
    const ordered = new Float64Array(n + 1);
    ordered[0] = -switched.second[0]!;
    for (let at = 1; at < n; at++) ordered[at] = switched.second[n - at]!;
    ordered[n] = switched.first[0]!;
    const words = torusWords(ordered, modulus.p);
    words[n] = words[n]! + torusWords(first.subarray(0, 1), prime)[0]!;
    return words;
  }

  /** Of all coefficients: by digit, then by part of the polynomial. */
  #digitsOf(coefficients: Float64Array, prime: number): readonly Float64Array[] {
    const parts = this.#parts;
    const units = TORUS_UNITS / prime;
    const length = coefficients.length / parts;
    const digits = Array.from({ length: DIGITS * parts }, () => new Float64Array(length));
    for (let part = 0; part < parts; part++) {
      const ofPart = digits.filter((_, at) => at % parts === part);
      // Whole numbers of 32 bits wrap as the torus does.
      for (let index = 0; index < length; index++)
        writeDigits(Math.round(coefficients[index * parts + part]! * units), index, ofPart, DIGIT_BITS);
    }
    return digits;
  }
}
