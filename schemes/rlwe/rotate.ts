/**
 * Rotations, hoisted: the digits of a ciphertext are made once and read through each automorphism inside the inner product (Halevi,
 * Shoup, CRYPTO 2018, section 5), so neither digits nor keys are permuted in memory.
 *
 * @module
 */
import type { Chain } from './chain.ts';
import type { Ciphertext, Polynomial } from './ciphertext.ts';
import { formOf, limbsOf, releaseCiphertext, twoOf } from './ciphertext.ts';
import { foldGroups, summedRotations } from './fold-steps.ts';
import type { SwitchingKey } from './key-wire.ts';
import type { Digits } from './key-switch.ts';
import { addInnerProduct, beginSwitch, eachPrime, finishSwitch, switchedCiphertext } from './key-switch.ts';
import { add } from './multiply.ts';
import type { Residues } from './ring.ts';

/** Keys by Galois element. */
export type GaloisKeys = ReadonlyMap<number, SwitchingKey>;

export function keyOf(keys: GaloisKeys, element: number): SwitchingKey {
  const key = keys.get(element);
  if (key === undefined) throw new Error(`no key for X -> X^${element}`);
  return key;
}

/** X -> X^element, and one key switch. */
export function rotate(chain: Chain, ciphertext: Ciphertext, element: number, keys: GaloisKeys): Ciphertext {
  const [c0, c1] = twoOf(ciphertext);
  const key = keyOf(keys, element);
  return chain.scratch.within(() => {
    const switched = beginSwitch(chain, limbsOf(ciphertext));
    eachPrime(chain, c1, (j, digits) => addInnerProduct(chain, switched, j, digits, key, element));
    switched.addends = [permuted(chain, c0, element), null];
    const polynomials = finishSwitch(chain, switched, formOf(c0), false);
    return switchedCiphertext(chain, polynomials, ciphertext, ciphertext.scale, false);
  });
}

/** One of several rotations of a ciphertext whose digits are known. */
export function rotateHoisted(chain: Chain, ciphertext: Ciphertext, digits: Digits, element: number, keys: GaloisKeys): Ciphertext {
  const [c0] = twoOf(ciphertext);
  const key = keyOf(keys, element);
  return chain.scratch.within(() => {
    const switched = beginSwitch(chain, limbsOf(ciphertext));
    for (const [j, ofPrime] of digits.entries()) addInnerProduct(chain, switched, j, ofPrime, key, element);
    switched.addends = [permuted(chain, c0, element), null];
    const polynomials = finishSwitch(chain, switched, formOf(c0), false);
    return switchedCiphertext(chain, polynomials, ciphertext, ciphertext.scale, false);
  });
}

/**
 * x += rotate(x, step) for every step, 0 to columns - 1. Doublings are taken together where the keys of the summed steps are at hand
 * (`fold-steps.ts`).
 */
export function fold(chain: Chain, ciphertext: Ciphertext, steps: readonly number[], keys: GaloisKeys): Ciphertext {
  const columns = chain.n / 2;
  let sum = ciphertext;
  const limbs = limbsOf(ciphertext);
  const hasKey = (step: number): boolean => (keys.get(chain.elementOf(step))?.limbs ?? 0) >= limbs;
  for (const group of foldGroups(steps, columns, hasKey)) {
    const before = sum;
    const rotations = summedRotations(group, columns);
    // A step of nothing doubles.
    const elements = rotations?.map((step) => chain.elementOf(step));
    sum = elements === undefined ? add(chain, before, before, 1) : addRotations(chain, before, elements, keys);
    if (before !== ciphertext) releaseCiphertext(chain, before);
  }
  return sum;
}

/** The ciphertext plus its rotations. */
export function addRotations(chain: Chain, ciphertext: Ciphertext, elements: readonly number[], keys: GaloisKeys): Ciphertext {
  const [c0, c1] = twoOf(ciphertext);
  return chain.scratch.within(() => {
    const switched = beginSwitch(chain, limbsOf(ciphertext));
    eachPrime(chain, c1, (j, digits) => {
      for (const element of elements) addInnerProduct(chain, switched, j, digits, keyOf(keys, element), element);
    });
    const sum = chain.scratch.takeEach(c0.map(({ modulus }) => modulus));
    for (const [at, element] of elements.entries()) addPermuted(chain, c0, element, at === 0 ? c0 : sum, sum);
    switched.addends = [sum, c1];
    const polynomials = finishSwitch(chain, switched, formOf(c0), false);
    return switchedCiphertext(chain, polynomials, ciphertext, ciphertext.scale, false);
  });
}

/** X -> X^element of a polynomial, in scratch. */
export function permuted(chain: Chain, polynomial: Polynomial, element: number): Polynomial {
  const target = chain.scratch.takeEach(polynomial.map(({ modulus }) => modulus));
  for (const [j, residues] of polynomial.entries()) chain.ring.permute(residues, element, target[j]!);
  return target;
}

/** target = addend + source under X -> X^element; target may be the addend. */
export function addPermuted(chain: Chain, source: Polynomial, element: number, addend: Polynomial, target: Polynomial): void {
  for (const [j, residues] of source.entries()) {
    if (residues.form === 'values') {
      chain.ring.permuteAdd(residues, element, addend[j]!, target[j]!);
    } else {
      chain.scratch.within(() => {
        const moved: Residues = chain.scratch.take(residues.modulus);
        chain.ring.permute(residues, element, moved);
        chain.ring.add(moved, addend[j]!, target[j]!);
      });
    }
  }
}
