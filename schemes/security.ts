/**
 * Declared hardness to bits of security. Every key of a plan is judged; the weakest counts.
 *
 * @module
 */
import { EnigmarkError } from './errors.ts';
import type { Hardness } from './scheme.ts';

/** What a plan's keys are worth, and who says so. */
export interface Security {
  /** The greatest published level that all keys reach: 128 or 132, or 0 where the guidelines give none or nothing is hidden. */
  readonly bits: number;
  readonly source: string;
}

/**
 * Largest log2 of the whole modulus (special prime included) for a ternary secret and error of standard deviation 3.2 at
 * 128 bits against classical attacks: Bossuat et al., "Security Guidelines for Implementing Homomorphic Encryption", IACR
 * CiC 1(4):26, 2024, table of ternary secrets. Stricter than the 2018 standard that SEAL checks (109, 218, 438).
 */
const RLWE_TERNARY_128: ReadonlyMap<number, number> = new Map([
  [1024, 26],
  [2048, 53],
  [4096, 106],
  [8192, 214],
  [16384, 430],
  [32768, 868],
]);
const RLWE_SOURCE = 'Bossuat et al., IACR CiC 1(4):26, 2024, classical, ternary secret';

/**
 * Least log2 of the error's standard deviation over the modulus, for a binary secret and a modulus of 64 bits: lines that
 * Zama fitted to the lattice estimator's results over all its attacks (github.com/zama-ai/concrete, compilers/
 * concrete-optimizer, security_weights; the method is described in Concrete's documentation, "Security"). A GLWE key counts
 * as an LWE key of k * N bits.
 */
const LWE_BINARY: readonly { readonly bits: number; readonly slope: number; readonly bias: number }[] = [
  { bits: 132, slope: -0.024891456582633045, bias: 2.65734593837534 },
  { bits: 128, slope: -0.025696778711484593, bias: 2.675931372549016 },
];
/** The lines hold from here; the error must also cover the lowest bits of the modulus. */
const LWE_LEAST_DIMENSION = 450;
const LWE_LEAST_ERROR_BITS = 2;
/** Published errors are the line itself, rounded. */
const LINE_TOLERANCE = 1e-6;
const LWE_SOURCE = "Zama's fit to the lattice estimator, binary secret";

/** The highest line that a dimension and an error reach, 0 below all. */
function latticeSecurity({ dimension, modulus_log2, error_log2, secret }: Hardness): Security {
  const least = LWE_LEAST_ERROR_BITS - modulus_log2;
  const reached = LWE_BINARY.find(
    ({ slope, bias }) => error_log2 !== null && error_log2 + LINE_TOLERANCE >= Math.max(slope * dimension + bias, least),
  );
  const holds = secret === 'binary' && dimension >= LWE_LEAST_DIMENSION;
  return { bits: holds && reached !== undefined ? reached.bits : 0, source: LWE_SOURCE };
}

/** Security of one key. */
function securityOfKey(hardness: Hardness): Security {
  if (hardness.problem === 'lwe' || hardness.problem === 'glwe') return latticeSecurity(hardness);
  const bound = hardness.problem === 'rlwe' && hardness.secret === 'ternary' ? RLWE_TERNARY_128.get(hardness.dimension) : undefined;
  return { bits: bound !== undefined && hardness.modulus_log2 <= bound ? 128 : 0, source: RLWE_SOURCE };
}

/**
 * Security of a plan: its weakest key.
 * @throws EnigmarkError PARAMETERS_INSECURE where a key is under `required_bits`, unless the set is named `insecure-`.
 */
export function securityOf(hardness: readonly Hardness[], required_bits: number, parametersId: string): Security {
  if (hardness.length === 0) return { bits: 0, source: 'no key: nothing is hidden' };
  let weakest: Security = { bits: Infinity, source: '' };
  for (const key of hardness) {
    const security = securityOfKey(key);
    if (security.bits < required_bits && !parametersId.startsWith('insecure-')) {
      throw new EnigmarkError('PARAMETERS_INSECURE', {
        expected: `${required_bits} bits of security for key '${key.key}'`,
        got: `${key.problem} of dimension ${key.dimension} with a modulus of ${key.modulus_log2.toFixed(1)} bits${key.error_log2 === null ? '' : ` and an error of 2^${key.error_log2.toFixed(1)}`} (${security.source})`,
        remedy: 'take a greater dimension or a smaller modulus',
      });
    }
    if (security.bits < weakest.bits) weakest = security;
  }
  return weakest;
}
