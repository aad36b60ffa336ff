/**
 * Results packed into one ring ciphertext: values that are ciphertexts of TFHE under z become coefficients of one polynomial (Chen, Dai, Kim
 * and Song, "Efficient homomorphic conversion between (ring) LWE ciphertexts", ACNS 2021, algorithms 1 and 2).
 *
 * Ciphertexts are taken two by two: of E and O, at a distance X^(n/m), E + O X^(n/m) and its image under X -> X^(m + 1) add to a ciphertext
 * of both values. The image is a ciphertext under z(X^(m + 1)), which a key brings back to z. What else stood in the polynomials cancels.
 * Every value comes out n times as large, so that 1 / n modulo the prime goes in.
 *
 * @module
 */
import { packedInput_bytes } from '../input-wire.ts';
import { inputVariance, type InputRing } from '../parameters.ts';

/** Kind of the keys. */
export const PACKING_KEY = 'packing';

/** Digits of a coefficient on the torus, and bits of each. */
export const DIGITS = 4;
export const DIGIT_BITS = 8;

const TORUS_BITS = 32;

/** Units of 2^-32 of the torus that a digit counts; the first digit counts most. */
export function digitUnits(digit: number): number {
  return 2 ** (TORUS_BITS - DIGIT_BITS * (digit + 1));
}

/** The keys' automorphisms X -> X^element: 3, 5, 9, ..., n + 1. */
export function elementsOf({ degree }: Pick<InputRing, 'degree'>): readonly number[] {
  return Array.from({ length: Math.log2(degree) }, (_, level) => 2 ** (level + 1) + 1);
}

export function packingKey_bytes(ring: InputRing): number {
  return elementsOf(ring).length * DIGITS * packedInput_bytes(ring);
}

/** Both polynomials of the result, each residue in as many bits as the prime has. */
export function packedResult_bytes({ degree, prime_bits }: Pick<InputRing, 'degree' | 'prime_bits'>): number {
  return 2 * Math.ceil((degree * prime_bits) / 8);
}

/** Mean square of a bit of the secret. */
const BINARY_SQUARE = 1 / 2;

/**
 * Variance of what packing adds to a value, on the torus. A key switch adds digits times errors of the key, and the rounding to digits times
 * the secret; each of the log2(n) steps doubles what those before it added.
 */
export function packingVariance(ring: InputRing): number {
  const { degree } = ring;
  const digitSquare = 4 ** DIGIT_BITS / 12;
  const roundingSquare = 4 ** -TORUS_BITS / 12;
  const each = degree * (DIGITS * digitSquare * inputVariance(ring) + BINARY_SQUARE * roundingSquare);
  return (each * (degree ** 2 - 1)) / 3;
}

/** One key switch: five transforms, and steps in JavaScript between (one core of an EPYC of the Zen 4 generation). */
const KEY_SWITCH_NS_PER_COEFFICIENT = 100;
/** Of the connections that reports are about, the middle one. */
const LINK_BITS_PER_S = 1e8;

/** Key switches for so many results. */
function keySwitches(width: number, degree: number): number {
  const packed = 2 ** Math.ceil(Math.log2(width));
  return packed - 1 + Math.log2(degree / packed);
}

/** Whether one ciphertext of all results is there sooner than each by itself. @param each_bytes of one by itself */
export function isWorthPacking(width: number, ring: InputRing, each_bytes: number): boolean {
  if (width > ring.degree) return false;
  const saved_bytes = width * each_bytes - packedResult_bytes(ring);
  const packing_ns = keySwitches(width, ring.degree) * ring.degree * KEY_SWITCH_NS_PER_COEFFICIENT;
  return (saved_bytes * 8 * 1e9) / LINK_BITS_PER_S > packing_ns;
}
