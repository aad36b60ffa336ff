/**
 * A polynomial modulo one prime, as it lies in memory.
 *
 * @module
 */
import type { Modulus } from './ntt.ts';

/** Coefficients, or values at the roots of X^n + 1 (transform form). */
export type Form = 'coefficients' | 'values';

/** A polynomial modulo one prime. |x| <= bound * p for every residue x. */
export class Residues {
  readonly address: number;
  readonly modulus: Modulus;
  bound = 0;
  form: Form = 'coefficients';

  constructor(address: number, modulus: Modulus) {
    this.address = address;
    this.modulus = modulus;
  }
}

/** Two polynomials that sums of products are written to. */
export interface Pair {
  readonly first: Residues;
  readonly second: Residues;
}
