/**
 * Parameter sets of CKKS and their declared hardness.
 *
 * Chains are a large first prime (room for the result), primes for the divisions, and a special prime at least as large as
 * any of them. All lie within the 2024 bounds of `security.ts`.
 *
 * @module
 */
import type { SlotShape } from '../circuit.ts';
import type { RlweParameters } from '../rlwe/program.ts';

export const parameterSets = {
  /** One prime: a linear layer or a square, no division. 106 bits. */
  small: { id: 'small', degree: 4096, modulus_bits: [53, 53] },
  /** Two divisions, each for a linear layer and its square. 214 bits. */
  default: { id: 'default', degree: 8192, modulus_bits: [44, 56, 56, 58] },
  /** Seven divisions. 430 bits. */
  deep: { id: 'deep', degree: 16384, modulus_bits: [50, 46, 46, 46, 46, 46, 46, 46, 58] },
  /** For tests: quick, and not secure. */
  'insecure-tiny': { id: 'insecure-tiny', degree: 1024, modulus_bits: [40, 40, 40, 42] },
} as const satisfies Readonly<Record<string, RlweParameters>>;

export const shapes: readonly SlotShape[] = [
  { rows: 1, columns: 2048 },
  { rows: 1, columns: 4096 },
  { rows: 1, columns: 8192 },
];
