/**
 * Parameter sets that BFV and BGV share. Plaintext moduli are not part of a set: `compile` picks the smallest primes that together hold the
 * circuit's range. All chains lie within the 2024 bounds of `security.ts`.
 *
 * @module
 */
import type { SlotShape } from '../../circuit.ts';
import type { RlweParameters } from '../program/program.ts';

export const integerSets = {
  /** 106 bits. */
  small: { id: 'small', degree: 4096, modulus_bits: [35, 35, 36] },
  /** 214 bits. */
  default: { id: 'default', degree: 8192, modulus_bits: [53, 53, 54, 54] },
  /** Four data primes, each of about what one product costs under a plaintext prime of 20 bits. 214 bits. */
  narrow: { id: 'narrow', degree: 8192, modulus_bits: [43, 43, 43, 43, 42] },
  /** Primes of about what one product costs, so that each can be divided away. 430 bits. */
  deep: { id: 'deep', degree: 16384, modulus_bits: [53, 53, 54, 54, 54, 54, 54, 54] },
  /** For our kernels, whose primes have at most 50 bits: one product. 150 bits. */
  'short-50': { id: 'short-50', degree: 8192, modulus_bits: [50, 50, 50] },
  /** 200 bits. */
  'default-50': { id: 'default-50', degree: 8192, modulus_bits: [50, 50, 50, 50] },
  /** 430 bits. */
  'deep-50': { id: 'deep-50', degree: 16384, modulus_bits: [48, 48, 48, 48, 48, 48, 48, 47, 47] },
} as const satisfies Readonly<Record<string, RlweParameters>>;

export const integerShapes: readonly SlotShape[] = [
  { rows: 2, columns: 2048 },
  { rows: 2, columns: 4096 },
  { rows: 2, columns: 8192 },
];
