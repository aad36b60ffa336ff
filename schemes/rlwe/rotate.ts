/**
 * Rotations, hoisted: the digits of a ciphertext are made once and read through each automorphism inside the inner product (Halevi,
 * Shoup, CRYPTO 2018, section 5), so neither digits nor keys are permuted in memory.
 *
 * @module
 */
import type { Chain } from './chain.ts';
import type { Ciphertext, Polynomial } from './ciphertext.ts';
import { formOf, limbsOf } from './ciphertext.ts';
import type { SwitchingKey } from './key-wire.ts';
import type { Digits } from './key-switch.ts';
import { addInnerProduct, beginSwitch, eachPrime, finishSwitch, switchedCiphertext } from './key-switch.ts';
import { add } from './multiply.ts';
import type { Residues } from './ring.ts';

/** Keys by Galois element. */
export type GaloisKeys = ReadonlyMap<number, SwitchingKey>;

/** Largest number of rotations that one sum of a fold takes: more would only add inner products. */
const ROTATIONS_PER_SUM = 7;

export function keyOf(keys: GaloisKeys, element: number): SwitchingKey {
  const key = keys.get(element);
  if (key === undefined) throw new Error(`no key for X -> X^${element}`);
  return key;
}

/** X -> X^element, and one key switch. */
export function rotate(chain: Chain, ciphertext: Ciphertext, element: number, keys: GaloisKeys): Ciphertext {
  const [c0, c1] = ciphertext.polynomials as [Polynomial, Polynomial];
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
  const c0 = ciphertext.polynomials[0]!;
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
 * x += rotate(x, step) for every step, 0 to columns - 1. Several doublings at once are sums of rotations of one ciphertext: one decomposition and one
 * division instead of several, where the keys of the summed steps are at hand.
 */
export function fold(chain: Chain, ciphertext: Ciphertext, steps: readonly number[], keys: GaloisKeys): Ciphertext {
  let sum = ciphertext;
  for (let from = 0; from < steps.length;) {
    let elements: number[] = [];
    // A step of nothing doubles.
    let taken = steps[from] === 0 ? 1 : 0;
    for (let count = 1; from + count <= steps.length; count++) {
      const sums = subsetSums(steps.slice(from, from + count));
      if (steps[from] === 0 || sums.some((step) => step % (chain.n / 2) === 0)) break;
      const wider = sums.map((step) => chain.elementOf(step));
      if (wider.length > ROTATIONS_PER_SUM || !wider.every((element) => keys.has(element))) break;
      elements = wider;
      taken = count;
    }
    if (taken === 0) throw new Error(`no key for a rotation by ${steps[from]}`);
    const before = sum;
    sum = elements.length === 0 ? add(chain, before, before, 1) : addRotations(chain, before, elements, keys);
    if (before !== ciphertext) for (const polynomial of before.polynomials) for (const residues of polynomial) chain.ring.release(residues);
    from += taken;
  }
  return sum;
}

/** Sums of the nonempty subsets. */
export function subsetSums(steps: readonly number[]): number[] {
  return steps.reduce<number[]>((sums, step) => [...sums, ...[0, ...sums].map((sum) => sum + step)], []);
}

/** The ciphertext plus its rotations. */
export function addRotations(chain: Chain, ciphertext: Ciphertext, elements: readonly number[], keys: GaloisKeys): Ciphertext {
  const [c0, c1] = ciphertext.polynomials as [Polynomial, Polynomial];
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
