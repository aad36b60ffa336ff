/**
 * Declared hardness to bits of security. Every key of a plan is judged; the weakest counts.
 *
 * @module
 */
import { EnigmarkError } from './errors.ts';
import type { Hardness } from './scheme.ts';

/** What a plan's keys are worth, and who says so. */
export interface Security {
  /**
   * The greatest published level that all keys reach, or 0 where none is published or nothing is hidden. Levels of different sources
   * are no one scale: 128 of the guidelines and 132 of Zama's curve come from different models of the same attacks.
   */
  readonly bits: number;
  /** Begins with who says so: 'guidelines', "Zama's curve" or 'NIST'. */
  readonly source: string;
  /**
   * What the plan rests on beside the level, in words that go on from it: "128 by the guidelines, and a sparse ephemeral key outside them".
   * Absent: nothing else.
   */
  readonly assumption?: string;
}

/**
 * Largest log2 of the whole modulus (special prime included) for a ternary secret and error of standard deviation 3.19 or more at
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
  [65536, 1747],
]);
const RLWE_LEAST_DEVIATION = 3.19;
const RLWE_SOURCE = 'guidelines: Bossuat et al., IACR CiC 1(4):26, 2024, classical, ternary secret';

/**
 * The same for a binary secret, of which the guidelines have no table: the most bits of the modulus with which an error of 3.2 stays on
 * Zama's line of 132 bits below, to a hundredth of a bit (2^-48.32 of the modulus at 2048, 2^-99.30 at 4096). It is a bound on the whole
 * modulus, so that a ring of one prime is all that fits.
 */
const RLWE_BINARY_132: ReadonlyMap<number, number> = new Map([
  [2048, 50],
  [4096, 100],
]);
const RLWE_BINARY_SOURCE = "Zama's curve: fit to the lattice estimator, binary secret; ring with error 3.2";

/**
 * Ternary secrets of so few nonzero coefficients that the guidelines leave them out: the greatest modulus that docs/ephemeral-key.md estimates
 * attacks on, and log2 of the cheapest one's operations. An estimate of our own, by published formulas: no level of a guideline.
 */
const RLWE_SPARSE: readonly {
  readonly dimension: number;
  readonly weight: number;
  readonly modulus_log2: number;
  readonly attack_log2: number;
}[] = [
  { dimension: 32768, weight: 32, modulus_log2: 92, attack_log2: 142 },
  { dimension: 65536, weight: 32, modulus_log2: 100, attack_log2: 163 },
];
const SPARSE_ASSUMPTION = 'a sparse ephemeral key outside them';

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
const LWE_SOURCE = "Zama's curve: fit to the lattice estimator, binary secret";

/**
 * Least bits of a modulus of two primes, classical attacks: NIST SP 800-57 part 1, revision 5, 2020, table 2. A quantum computer factors
 * them all.
 */
const FACTORING: readonly { readonly bits: number; readonly modulus_bits: number }[] = [
  { bits: 256, modulus_bits: 15360 },
  { bits: 192, modulus_bits: 7680 },
  { bits: 128, modulus_bits: 3072 },
  { bits: 112, modulus_bits: 2048 },
];
const FACTORING_SOURCE = 'NIST SP 800-57 part 1, 2020, classical, factoring';

/** The highest line that a dimension and an error reach, 0 below all. */
function latticeSecurity({ dimension, modulus_log2, error_log2, secret }: Hardness): Security {
  const least = LWE_LEAST_ERROR_BITS - modulus_log2;
  const reached = LWE_BINARY.find(
    ({ slope, bias }) => error_log2 !== null && error_log2 + LINE_TOLERANCE >= Math.max(slope * dimension + bias, least),
  );
  const holds = secret === 'binary' && dimension >= LWE_LEAST_DIMENSION;
  return { bits: holds && reached !== undefined ? reached.bits : 0, source: LWE_SOURCE };
}

/** What the table of the secret's distribution says within its bound, 0 outside it or where the error is smaller than the guidelines'. */
function ringSecurity({ dimension, modulus_log2, error_log2, secret }: Hardness): Security {
  const binary = secret === 'binary';
  const table = secret === null ? undefined : binary ? RLWE_BINARY_132 : RLWE_TERNARY_128;
  const bound = table?.get(dimension);
  const holds = bound !== undefined && modulus_log2 <= bound && !errsTooLittle(modulus_log2, error_log2);
  return { bits: holds ? (binary ? 132 : 128) : 0, source: binary ? RLWE_BINARY_SOURCE : RLWE_SOURCE };
}

/** Whether a declared error is below that of the guidelines, up to rounding. */
function errsTooLittle(modulus_log2: number, error_log2: number | null): boolean {
  return error_log2 !== null && !(error_log2 + modulus_log2 + LINE_TOLERANCE >= Math.log2(RLWE_LEAST_DEVIATION));
}

function factoringSecurity({ dimension }: Hardness): Security {
  return { bits: FACTORING.find(({ modulus_bits }) => dimension >= modulus_bits)?.bits ?? 0, source: FACTORING_SOURCE };
}

/** What is known of attacks on a sparse key, for the source; null: nothing. */
function sparseEstimate({ dimension, weight = 0, modulus_log2 }: Hardness): number | null {
  const known = RLWE_SPARSE.find((one) => one.dimension === dimension && weight >= one.weight && modulus_log2 <= one.modulus_log2);
  return known?.attack_log2 ?? null;
}

function sparseSource(key: Hardness): string {
  const estimate = sparseEstimate(key);
  const words = estimate === null ? 'not estimated' : `estimated at 2^${estimate} operations (docs/ephemeral-key.md)`;
  return `${key.key} key with ${key.weight} of ${key.dimension} coefficients that are not zero, modulus of ${key.modulus_log2.toFixed(0)} bits: ${words}`;
}

/** Security of one key. */
function securityOfKey(hardness: Hardness): Security {
  switch (hardness.problem) {
    case 'rlwe':
      return ringSecurity(hardness);
    case 'lwe':
    case 'glwe':
      return latticeSecurity(hardness);
    case 'factoring':
      return factoringSecurity(hardness);
  }
}

/** What would help a key that is too weak. */
function remedyFor({ problem, modulus_log2, error_log2 }: Hardness, required_bits: number): string {
  switch (problem) {
    case 'rlwe':
      if (errsTooLittle(modulus_log2, error_log2)) return `take an error of standard deviation ${RLWE_LEAST_DEVIATION} or more`;
      return 'take a greater dimension or a smaller modulus';
    case 'lwe':
    case 'glwe':
      return 'take a greater dimension or a greater error';
    case 'factoring': {
      const enough = FACTORING.findLast(({ bits }) => bits >= required_bits);
      return enough === undefined ? `require at most ${FACTORING[0]!.bits} bits` : `take a modulus of at least ${enough.modulus_bits} bits`;
    }
  }
}

function describeKey({ problem, dimension, modulus_log2, error_log2 }: Hardness): string {
  if (problem === 'factoring') return `factoring of a modulus of ${dimension} bits`;
  const error = error_log2 === null ? '' : ` and an error of 2^${error_log2.toFixed(1)} of it`;
  return `${problem} of dimension ${dimension} with a modulus of ${modulus_log2.toFixed(1)} bits${error}`;
}

/**
 * Security of a plan: that of its weakest key.
 *
 * @param hardness what the plan declares of each key; none: nothing is hidden, 0 bits
 * @param required_bits least bits of security for every key
 * @param parametersId sets whose id begins with `insecure-` are judged, and not refused
 * @returns bits, and the source that they are from
 * @throws EnigmarkError PARAMETERS_INSECURE where a key has fewer than `required_bits`
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { securityOf } from 'enigmark';
 *
 * const key = { key: 'secret', problem: 'rlwe', dimension: 8192, modulus_log2: 214, error_log2: null, secret: 'ternary' } as const;
 * assert.equal(securityOf([key], 128, 'default').bits, 128);
 * assert.throws(() => securityOf([{ ...key, modulus_log2: 300 }], 128, 'default'), { code: 'PARAMETERS_INSECURE' });
 * ```
 */
export function securityOf(hardness: readonly Hardness[], required_bits: number, parametersId: string): Security {
  if (hardness.length === 0) return { bits: 0, source: 'no key: nothing is hidden' };
  const sparse = hardness.filter(({ weight }) => weight !== undefined);
  for (const key of sparse) {
    if ((sparseEstimate(key) ?? 0) < required_bits && !parametersId.startsWith('insecure-')) {
      throw new EnigmarkError('PARAMETERS_INSECURE', {
        expected: `attacks on a sparse key estimated at 2^${required_bits} operations or more`,
        got: sparseSource(key),
        remedy: 'take a smaller modulus or a secret that is not sparse',
      });
    }
  }
  const judged = weakestOf(
    hardness.filter(({ weight }) => weight === undefined),
    required_bits,
    parametersId,
  );
  if (sparse.length === 0) return judged;
  return { ...judged, source: [judged.source, ...sparse.map(sparseSource)].join('; '), assumption: SPARSE_ASSUMPTION };
}

/** Of keys that tables judge. */
function weakestOf(hardness: readonly Hardness[], required_bits: number, parametersId: string): Security {
  if (hardness.length === 0) return { bits: 0, source: 'no key that a table judges' };
  let weakest: Security = { bits: Infinity, source: '' };
  for (const key of hardness) {
    const security = securityOfKey(key);
    if (security.bits < required_bits && !parametersId.startsWith('insecure-')) {
      throw new EnigmarkError('PARAMETERS_INSECURE', {
        expected: `${required_bits} bits of security for key '${key.key}'`,
        got: `${describeKey(key)}: ${security.bits} bits (${security.source})`,
        remedy: remedyFor(key, required_bits),
      });
    }
    if (security.bits < weakest.bits) weakest = security;
  }
  return weakest;
}
