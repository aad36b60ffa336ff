/**
 * A ciphertext at fewer primes without a copy: to forget primes, nothing has to be computed.
 *
 * @module
 */
import { References } from '../../references.ts';
import type { Chain } from '../ring/chain.ts';
import { releaseCiphertext, type Ciphertext } from '../ring/ciphertext.ts';

/** The first `limbs` residues of each polynomial, which stay the ciphertext's: it lives as long as the view. */
export function lowerView(whole: Ciphertext, limbs: number, references: References<Ciphertext>): Ciphertext {
  references.retain(whole);
  return { ...whole, polynomials: whole.polynomials.map((polynomial) => polynomial.slice(0, limbs)), viewOf: whole };
}

/** Ciphertexts of a chain that are freed with their last use, views of them included. */
export function ciphertextReferences(chain: Chain): References<Ciphertext> {
  const references: References<Ciphertext> = new References<Ciphertext>((ciphertext) => {
    if (ciphertext.viewOf === undefined) releaseCiphertext(chain, ciphertext);
    else references.release(ciphertext.viewOf);
  });
  return references;
}
