/**
 * Parameter sets of BFV.
 *
 * @module
 */
import { integerSets } from '../rlwe/compile/integer-sets.ts';
import type { RlweParameters } from '../rlwe/program/program.ts';

export const parameterSets = {
  ...integerSets,
  /** For tests: quick, and not secure. */
  'insecure-tiny': { id: 'insecure-tiny', degree: 1024, modulus_bits: [50, 50, 50] },
} as const satisfies Readonly<Record<string, RlweParameters>>;
