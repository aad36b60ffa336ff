/**
 * Automorphisms of ciphertexts: digits are read through the automorphism inside the inner product (Halevi, Shoup, CRYPTO 2018,
 * section 5), so neither digits nor keys are permuted in memory.
 *
 * @module
 */
import type { Chain } from '../ring/chain.ts';
import type { Ciphertext, Polynomial } from '../ring/ciphertext.ts';
import { formOf, limbsOf, twoOf } from '../ring/ciphertext.ts';
import { addInnerProduct, beginSwitch, eachPrime, finishSwitch, switchedCiphertext, type EvaluatorKey } from './key-switch.ts';
import type { Residues } from '../ring/residues.ts';

/** Keys by Galois element. */
export type GaloisKeys = ReadonlyMap<number, EvaluatorKey>;

export function keyOf(keys: GaloisKeys, element: number): EvaluatorKey {
  const key = keys.get(element);
  if (key === undefined) throw new Error(`no key for X -> X^${element}`);
  return key;
}

/** X -> X^element, and one key switch. */
export function rotate(chain: Chain, ciphertext: Ciphertext, element: number, keys: GaloisKeys): Ciphertext {
  const [c0, c1] = twoOf(ciphertext);
  const key = keyOf(keys, element);
  return chain.scratch.scoped(() => {
    const switched = beginSwitch(chain, limbsOf(ciphertext));
    const moved = takeLike(chain, c0);
    eachPrime(chain, c1, (j, digits) => {
      addInnerProduct(chain, switched, j, digits, key, element);
      if (j < c0.length) chain.ring.permute(c0[j]!, element, moved[j]!);
    });
    switched.addends = [moved, null];
    const polynomials = finishSwitch(chain, switched, formOf(c0), false);
    return switchedCiphertext(chain, polynomials, ciphertext, ciphertext.scale, false);
  });
}

/** Room for a polynomial modulo the same primes, in scratch. */
export function takeLike(chain: Chain, polynomial: Polynomial): Polynomial {
  return chain.scratch.takeEach(polynomial.map(({ modulus }) => modulus));
}

/** target = addend + source under X -> X^element; target may be the addend. */
export function addPermuted(chain: Chain, source: Residues, element: number, addend: Residues, target: Residues): void {
  if (source.form === 'values') {
    chain.ring.permuteAdd(source, element, addend, target);
    return;
  }
  chain.scratch.scoped(() => {
    const moved = chain.scratch.take(source.modulus);
    chain.ring.permute(source, element, moved);
    chain.ring.add(moved, addend, target);
  });
}
