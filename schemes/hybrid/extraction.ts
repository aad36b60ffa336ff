/**
 * Coefficients of a ring ciphertext as LWE ciphertexts under the same secret, of which the ring's secret has the bits as coefficients.
 *
 * The phase of (c0, c1) is c0 + c1 s modulo X^n + 1. Its coefficient j is c0[j] + sum_i c1[j - i] s[i], where c1[j - i] stands for
 * -c1[n + j - i] if i > j. TFHE's phase is b - <a, s>, so that b = c0[j] and a[i] = -c1[j - i] (Chillotti et al., "TFHE: Fast Fully
 * Homomorphic Encryption over the Torus", J. Cryptology 33, 2020, section 4.2). No noise is added.
 *
 * @module
 */

const TORUS_BITS = 64n;

/** round(residue * 2^64 / prime): residues as words of the torus. */
export function torusWords(residues: ArrayLike<number>, prime: bigint, count = residues.length): BigUint64Array {
  const half = prime / 2n;
  return BigUint64Array.from({ length: count }, (_, index) => ((BigInt(residues[index]!) << TORUS_BITS) + half) / prime);
}

/**
 * Masks of all coefficients: the one of coefficient j is n words of the result, from n - 1 - j on.
 *
 * @param second c1, n words of the torus
 * @returns 2n - 1 words
 */
export function maskWindow(second: BigUint64Array): BigUint64Array {
  const n = second.length;
  const window = new BigUint64Array(2 * n - 1);
  for (let at = 0; at < n; at++) window[at] = -second[n - 1 - at]!;
  for (let at = n; at < window.length; at++) window[at] = second[2 * n - 1 - at]!;
  return window;
}

/** LWE ciphertexts of the first coefficients, mask then body; one array, overwritten by the next. */
export function* extractFirst(first: BigUint64Array, second: BigUint64Array): Generator<BigUint64Array> {
  const n = second.length;
  const window = maskWindow(second);
  const words = new BigUint64Array(n + 1);
  for (const [coefficient, body] of first.entries()) {
    words.set(window.subarray(n - 1 - coefficient, 2 * n - 1 - coefficient));
    words[n] = body;
    yield words;
  }
}
