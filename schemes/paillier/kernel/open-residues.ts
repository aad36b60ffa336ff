/**
 * Fused arithmetic in WebAssembly where the engine has it, bigint elsewhere; both carry out the same products.
 *
 * @module
 */
import { BigintResidues } from './bigint-residues.ts';
import { FusedResidues, isFused } from './fused-residues.ts';
import type { Of, Residues } from './residues.ts';

/** Residues modulo the square of an odd number: of at most 3,072 bits, as a prime 1,540. */
export function openResidues(root: bigint, of: Of): Residues {
  return isFused() ? new FusedResidues(root, of) : new BigintResidues(root);
}
