/**
 * Parameter sets: those of TFHE, and the ring that inputs are encrypted in under TFHE's own secret.
 *
 * @module
 */
import { EnigmarkError } from '../errors.ts';
import { createPrimes } from '../rlwe/numbers/primes.ts';
import type { RlweParameters } from '../rlwe/program/program.ts';
import type { Hardness } from '../scheme.ts';
import { bigDimension, parameterSets as tfheSets, type TfheParameters } from '../tfhe/parameters.ts';

/** A set of TFHE, with the bits of the one prime of the ring. */
export interface HybridParameters extends TfheParameters {
  readonly ringModulus_bits: number;
}

/**
 * SEAL's error of 3.2 is 2^-42 of such a prime: more than in TFHE's own ciphertexts, and far below what its tables add. A greater prime would
 * make inputs longer.
 */
const RING_MODULUS_BITS = 44;

/**
 * Of the prime of a ring under TFHE's secret. At degree 2048, SEAL's error over 2^50 is the error of TFHE's own ciphertexts, whose security
 * rests on it. SEAL takes 54 bits there, for it expects a ternary secret of its own.
 */
const GREATEST_MODULUS_BITS = 50;

/** Standard deviation of SEAL's error. */
const SEAL_DEVIATION = 3.2;

export const parameterSets: Readonly<Record<string, HybridParameters>> = Object.fromEntries(
  Object.entries(tfheSets).map(([id, set]) => [id, { ...set, ringModulus_bits: RING_MODULUS_BITS }]),
);

/** X^n + 1 modulo one prime, with as many coefficients as TFHE's big key has bits. */
export interface InputRing {
  readonly parameters: RlweParameters;
  readonly degree: number;
  readonly prime: bigint;
  readonly prime_bits: number;
}

/** @throws EnigmarkError PARAMETERS_INSECURE for a prime of more than 50 bits, whatever the set is called. */
export function inputRing(set: HybridParameters): InputRing {
  const { id, ringModulus_bits } = set;
  if (!(ringModulus_bits <= GREATEST_MODULUS_BITS)) {
    throw new EnigmarkError('PARAMETERS_INSECURE', {
      expected: `a ring modulus of at most ${GREATEST_MODULUS_BITS} bits under TFHE's secret`,
      got: `${ringModulus_bits} bits in set '${id}'`,
      remedy: 'take a smaller prime',
    });
  }
  const degree = bigDimension(set);
  const modulus_bits = [ringModulus_bits];
  return { parameters: { id, degree, modulus_bits }, degree, prime: createPrimes(degree, modulus_bits)[0]!, prime_bits: ringModulus_bits };
}

/** Variance of the error of a fresh input, on the torus. */
export function inputVariance({ prime }: Pick<InputRing, 'prime'>): number {
  return (SEAL_DEVIATION / Number(prime)) ** 2;
}

/** Of inputs: TFHE's binary secret, in SEAL's ring. */
export function inputHardness({ degree, prime_bits }: InputRing): Hardness {
  return { key: 'input', problem: 'rlwe', dimension: degree, modulus_log2: prime_bits, error_log2: null, secret: 'binary' };
}
