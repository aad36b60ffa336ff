/**
 * Coefficients of a ring ciphertext as LWE ciphertexts under the same secret, of which the ring's secret has the bits as coefficients.
 *
 * The phase of (c0, c1) is c0 + c1 s modulo X^n + 1. Its coefficient j is c0[j] + sum_i c1[j - i] s[i], where c1[j - i] stands for
 * -c1[n + j - i] if i > j. TFHE's phase is b - <a, s>, so that b = c0[j] and a[i] = -c1[j - i] (Chillotti et al., "TFHE: Fast Fully
 * Homomorphic Encryption over the Torus", J. Cryptology 33, 2020, section 4.2). No noise is added.
 *
 * @module
 */

const HALF_WORD = 2 ** 32;

/**
 * Residues as words of the torus, residue / prime * 2^64, to the 53 bits of a double: an error of 2^-53 of the torus, where ciphertexts
 * of SEAL have one of 2^-42. Residues may be centred.
 */
export function torusWords(residues: Float64Array, prime: number): BigUint64Array {
  const halves = new Uint32Array(2 * residues.length);
  for (let index = 0; index < residues.length; index++) {
    const scaled = (residues[index]! / prime) * HALF_WORD;
    const upper = Math.floor(scaled);
    halves[2 * index] = (scaled - upper) * HALF_WORD;
    halves[2 * index + 1] = upper;
  }
  return new BigUint64Array(halves.buffer);
}

/** Both polynomials of a ring ciphertext, of which coefficients are read. */
export class Coefficients {
  readonly #first: BigUint64Array;
  /** Masks of all coefficients: that of coefficient j is n words from n - 1 - j on. */
  readonly #masks: BigUint64Array;
  readonly #words: BigUint64Array;

  /** @param first c0 and @param second c1, n words of the torus each */
  constructor(first: BigUint64Array, second: BigUint64Array) {
    const n = second.length;
    this.#first = first;
    this.#masks = new BigUint64Array(2 * n - 1);
    this.#words = new BigUint64Array(n + 1);
    const reversed = second.toReversed();
    this.#masks.set(reversed.subarray(0, n - 1), n);
    for (let at = 0; at < n; at++) this.#masks[at] = -reversed[at]!;
  }

  /** Mask, then body, of a coefficient; one array, overwritten by the next call. */
  words(coefficient: number): BigUint64Array {
    const n = this.#words.length - 1;
    this.#words.set(this.#masks.subarray(n - 1 - coefficient, 2 * n - 1 - coefficient));
    this.#words[n] = this.#first[coefficient]!;
    return this.#words;
  }
}
