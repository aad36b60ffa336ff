/**
 * Switching a ring: from a ciphertext of CKKS at degree N under SEAL's secret s to one value under TFHE's secret z, which has n bits.
 *
 * With Y = X^(N/n), s = sum_k X^k s_k(Y) and likewise for the second polynomial c, the coefficients of c s at the powers of Y are
 * sum_i c_i s_k Y^[i > 0] with k = -i modulo N/n. The key has each s_k Y^[i > 0] encrypted under z at degree n, once for each digit of c: the
 * sum of digits times these ciphertexts is a ciphertext under z of that part of c s (ring switching: Gentry, Halevi, Peikert and Smart,
 * "Field switching in BGV-style homomorphic encryption", J. Computer Security 21(5), 2013; digits: Brakerski and Vaikuntanathan, FOCS 2011).
 *
 * Both are taken as numbers on the torus, so that the two rings need no prime in common: digits are of c / q to 2^-32.
 *
 * @module
 */
import type { RlweParameters } from '../../rlwe/program/program.ts';
import { packedInput_bytes } from '../input-wire.ts';
import { inputVariance, type InputRing } from '../parameters.ts';

/** Kind of the key that switches. */
export const SWITCHING_KEY = 'switching';

/** Digits of a coefficient on the torus, and bits of each: together as fine as what is encrypted. */
export const DIGITS = 2;
export const DIGIT_BITS = 16;

const TORUS_BITS = 32;

/** Units of 2^-32 of the torus that a digit counts; the first digit counts most. */
export function digitUnits(digit: number): number {
  return 2 ** (TORUS_BITS - DIGIT_BITS * (digit + 1));
}

/** Polynomials of degree n that one of degree N is made of. */
export function partCount(trunk: Pick<RlweParameters, 'degree'>, ring: Pick<InputRing, 'degree'>): number {
  return trunk.degree / ring.degree;
}

/** Ciphertexts in a key: for each digit, one for each part of a polynomial. */
export function switchingKey_bytes(trunk: Pick<RlweParameters, 'degree'>, ring: InputRing): number {
  return DIGITS * partCount(trunk, ring) * packedInput_bytes(ring);
}

/** Mean square of a coefficient of SEAL's secret, which is -1, 0 or 1. */
const TERNARY_SQUARE = 2 / 3;

/**
 * Variance of what a switch adds, on the torus: digits, uniform over 2^16 numbers, times the errors of the key; and the rounding of c to whole
 * units, times the secret.
 */
export function switchVariance(trunk: Pick<RlweParameters, 'degree'>, ring: InputRing): number {
  const digitSquare = 4 ** DIGIT_BITS / 12;
  const roundingSquare = 4 ** -TORUS_BITS / 12;
  return trunk.degree * (DIGITS * digitSquare * inputVariance(ring) + TERNARY_SQUARE * roundingSquare);
}
