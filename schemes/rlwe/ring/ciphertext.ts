/**
 * Ciphertexts in wasm memory. At rest every residue is reduced.
 *
 * @module
 */
import type { Chain } from './chain.ts';
import type { Form, Residues } from './residues.ts';

/** One polynomial: residues modulo the first primes of the chain, all in one form. */
export type Polynomial = readonly Residues[];

export interface Ciphertext {
  /** Two, or three before relinearisation. */
  readonly polynomials: readonly Polynomial[];
  /** CKKS; 1 for integers. */
  readonly scale: number;
  /** BGV: what decryption divides by modulo t; 1 elsewhere. */
  readonly correction: bigint;
  /** The ciphertext whose residues these are; absent: they are its own. */
  readonly viewOf?: Ciphertext;
}

export function limbsOf(ciphertext: Ciphertext): number {
  return ciphertext.polynomials[0]!.length;
}

/** @throws for three: products must be relinearised before they are multiplied or rotated. */
export function twoOf({ polynomials }: Ciphertext): readonly [Polynomial, Polynomial] {
  const [first, second] = polynomials;
  if (first === undefined || second === undefined || polynomials.length !== 2)
    throw new Error(`${polynomials.length} polynomials where two are needed`);
  return [first, second];
}

export function formOf(polynomial: Polynomial): Form {
  return polynomial[0]!.form;
}

function allocatePolynomial(chain: Chain, limbs: number): Polynomial {
  return chain.data.slice(0, limbs).map((modulus) => chain.ring.allocate(modulus));
}

export function allocatePolynomials(chain: Chain, limbs: number, count: number): Polynomial[] {
  return Array.from({ length: count }, () => allocatePolynomial(chain, limbs));
}

export function releaseCiphertext(chain: Chain, ciphertext: Ciphertext): void {
  for (const polynomial of ciphertext.polynomials) for (const residues of polynomial) chain.ring.release(residues);
}
