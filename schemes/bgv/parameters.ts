/**
 * Parameter sets of BGV. The plaintext modulus is not part of a set: `compile` picks the smallest prime that holds the
 * circuit's range. All chains lie within the 2024 bounds of `security.ts`.
 *
 * @module
 */
import type { SlotShape } from '../circuit.ts';
import type { RlweParameters } from '../rlwe/program.ts';

export const parameterSets = {
  /** 106 bits. */
  small: { id: 'small', degree: 4096, modulus_bits: [35, 35, 36] },
  /** 214 bits. */
  default: { id: 'default', degree: 8192, modulus_bits: [53, 53, 54, 54] },
  /** Primes of about what one product costs, so that each can be divided away. 430 bits. */
  deep: { id: 'deep', degree: 16384, modulus_bits: [53, 53, 54, 54, 54, 54, 54, 54] },
  /** For tests: quick, and not secure. */
  'insecure-tiny': { id: 'insecure-tiny', degree: 1024, modulus_bits: [50, 50, 50, 50] },
} as const satisfies Readonly<Record<string, RlweParameters>>;

export const shapes: readonly SlotShape[] = [
  { rows: 2, columns: 2048 },
  { rows: 2, columns: 4096 },
  { rows: 2, columns: 8192 },
];
