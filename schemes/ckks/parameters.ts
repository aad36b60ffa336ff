/**
 * Parameter sets of CKKS and their declared hardness.
 *
 * Chains are a large first prime (room for the result), primes for the divisions, and a special prime at least as large as any of them; or
 * several special primes, whose product is at least that of as many others. All lie within the 2024 bounds of `security.ts`, with all primes.
 *
 * @module
 */
import type { SlotShape } from '../circuit.ts';
import type { BootstrapChain, RlweParameters } from '../rlwe/program/program.ts';

/** First to last: q of 42 bits, SlotToCoeff, five levels for circuits, EvalMod, CoeffToSlot; then two special primes. */
const BOOTSTRAP_BITS = [42, 36, 36, 31, 31, 31, 31, 31, ...Array<number>(8).fill(50), 49, 49, 50, 50];
const BOOTSTRAP: BootstrapChain = {
  ...{ slotToCoeff: 2, evalMod: 8, coeffToSlot: 2 },
  sine: { range: 16, degree: 31, doubleAngles: 3 },
  ephemeralWeight: 32,
};

export const parameterSets = {
  /** One prime: a linear layer or a square, no division. 106 bits. */
  small: { id: 'small', degree: 4096, modulus_bits: [53, 53] },
  /** Two divisions, each for a linear layer and its square; the last prime is as large as can be, so that rotations err little. 214 bits. */
  default: { id: 'default', degree: 8192, modulus_bits: [46, 54, 54, 60] },
  /** Seven divisions. 430 bits. */
  deep: { id: 'deep', degree: 16384, modulus_bits: [50, 46, 46, 46, 46, 46, 46, 46, 58] },
  /** For our kernels, whose primes have at most 50 bits. 100 bits. */
  'small-50': { id: 'small-50', degree: 4096, modulus_bits: [50, 50] },
  /** 200 bits. */
  'default-50': { id: 'default-50', degree: 8192, modulus_bits: [50, 50, 50, 50] },
  /** Small primes, modulo which our matrices are summed without halving residues. 161 bits. */
  'default-37': { id: 'default-37', degree: 8192, modulus_bits: [37, 37, 37, 50] },
  /** As many bits as two of 60, of which half are such primes. 166 bits. */
  'default-33': { id: 'default-33', degree: 8192, modulus_bits: [33, 33, 50, 50] },
  /** Four divisions, under a special prime so much larger than the others that rotations err little. 275 bits. */
  'middle-45': { id: 'middle-45', degree: 16384, modulus_bits: [45, 45, 45, 45, 45, 50] },
  /** Five products in a row and little more, as one update of a network takes. 250 bits. */
  'middle-50': { id: 'middle-50', degree: 16384, modulus_bits: [50, 50, 50, 50, 50] },
  /** 430 bits. */
  'deep-50': { id: 'deep-50', degree: 16384, modulus_bits: [48, 48, 48, 48, 48, 48, 48, 47, 47] },
  /** Seventeen divisions; keys have six digits of three primes. 852 bits. */
  'deeper-40': { id: 'deeper-40', degree: 32768, modulus_bits: [46, ...Array<number>(17).fill(40), 42, 42, 42], specialPrimes: 3 },
  /** Thirteen divisions, by which a linear layer and its square may be divided together. 850 bits. */
  'deeper-50': { id: 'deeper-50', degree: 32768, modulus_bits: [50, ...Array<number>(13).fill(50), 50, 50, 50], specialPrimes: 3 },
  /** Bootstraps: seven divisions after the input and five after each bootstrap, which leaves 31 bits to each. 867 bits. */
  'bootstrap-31': { id: 'bootstrap-31', degree: 32768, modulus_bits: BOOTSTRAP_BITS, specialPrimes: 2, bootstrap: BOOTSTRAP },
  /** For tests: quick, and not secure. */
  'insecure-tiny': { id: 'insecure-tiny', degree: 1024, modulus_bits: [40, 40, 40, 42] },
  /** The same with two special primes, and a last digit of a single prime. */
  'insecure-hybrid': { id: 'insecure-hybrid', degree: 1024, modulus_bits: [40, 36, 36, 36, 36, 38, 38], specialPrimes: 2 },
  /** The chain of `bootstrap-31` in a smaller ring. */
  'insecure-bootstrap': { id: 'insecure-bootstrap', degree: 4096, modulus_bits: BOOTSTRAP_BITS, specialPrimes: 2, bootstrap: BOOTSTRAP },
} as const satisfies Readonly<Record<string, RlweParameters>>;

export const shapes: readonly SlotShape[] = [
  { rows: 1, columns: 2048 },
  { rows: 1, columns: 4096 },
  { rows: 1, columns: 8192 },
  { rows: 1, columns: 16384 },
];
