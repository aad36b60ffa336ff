/**
 * Folds: x += rotate(x, by), one after the other. Doublings are taken together by two (`fold-groups.ts`), and the first polynomial, which
 * is only permuted and added, is divided by the special prime once, at the end.
 *
 * @module
 */
import type { Chain } from '../ring/chain.ts';
import type { Ciphertext, Polynomial } from '../ring/ciphertext.ts';
import { formOf, limbsOf, releaseCiphertext, twoOf } from '../ring/ciphertext.ts';
import { foldGroups, summedRotations } from '../program/fold-groups.ts';
import { addInnerProduct, beginSwitch, eachPrime, finishSecond, finishSwitch, switchedCiphertext, type Switched } from './key-switch.ts';
import { add } from './multiply.ts';
import type { Residues } from '../ring/residues.ts';
import { addPermuted, keyOf, takeLike, type GaloisKeys } from './rotate.ts';

/** Rotations lie in 0 to columns - 1; one by 0 doubles. */
export function fold(chain: Chain, ciphertext: Ciphertext, rotations: readonly number[], keys: GaloisKeys): Ciphertext {
  const columns = chain.n / 2;
  const limbs = limbsOf(ciphertext);
  const hasKey = (by: number): boolean => (keys.get(chain.elementOf(by))?.limbs ?? 0) >= limbs;
  let sum = ciphertext;
  let moving: (readonly number[])[] = [];
  const replace = (made: Ciphertext): void => {
    if (sum !== ciphertext) releaseCiphertext(chain, sum);
    sum = made;
  };
  const move = (): void => {
    if (moving.length > 0) replace(addRotations(chain, sum, moving, keys));
    moving = [];
  };
  for (const group of foldGroups(rotations, columns, hasKey)) {
    const rotations = summedRotations(group, columns);
    if (rotations !== null) {
      moving.push(rotations.map((by) => chain.elementOf(by)));
      continue;
    }
    move();
    replace(add(chain, sum, sum, 1));
  }
  move();
  return sum;
}

/** A ciphertext between two groups: the first polynomial is addend + sums / P, and the sums are still to be divided. */
interface Unfinished {
  readonly sums: Switched | null;
  readonly addend: Polynomial;
  readonly second: Polynomial;
}

/** The ciphertext plus its rotations by the elements of a group, and so on with what that leaves. */
export function addRotations(chain: Chain, ciphertext: Ciphertext, groups: readonly (readonly number[])[], keys: GaloisKeys): Ciphertext {
  const [c0, c1] = twoOf(ciphertext);
  const form = formOf(c0);
  return chain.scratch.scoped(() => {
    // Two buffers that take turns.
    const rooms = groups
      .slice(0, 2)
      .map(() => ({ sums: beginSwitch(chain, c0.length), addend: takeLike(chain, c0), second: takeLike(chain, c1) }));
    let before: Unfinished = { sums: null, addend: c0, second: c1 };
    for (const [at, elements] of groups.entries()) {
      const { sums, addend, second } = rooms[at % 2]!;
      sums.started.fill(false);
      addGroup(chain, before, elements, keys, sums, addend);
      sums.addends = [addend, before.second];
      if (at === groups.length - 1) break;
      finishSecond(chain, sums, form, second);
      before = { sums, addend, second };
    }
    const polynomials = finishSwitch(chain, rooms[(groups.length - 1) % 2]!.sums, form, false);
    return switchedCiphertext(chain, polynomials, ciphertext, ciphertext.scale, false);
  });
}

function addGroup(
  chain: Chain,
  before: Unfinished,
  elements: readonly number[],
  keys: GaloisKeys,
  sums: Switched,
  addend: Polynomial,
): void {
  const { ring } = chain;
  const use = (j: number, digits: readonly Residues[]): void => {
    for (const element of elements) addInnerProduct(chain, sums, j, digits, keyOf(keys, element), element);
    if (before.sums !== null) {
      const [moved, { first }] = [before.sums.sums[j]!.first, sums.sums[j]!];
      for (const element of elements) ring.permuteAdd(moved, element, first, first);
      ring.add(first, moved, first);
    }
    if (j >= addend.length) return;
    const [from, to] = [before.addend[j]!, addend[j]!];
    for (const [at, element] of elements.entries()) addPermuted(chain, from, element, at === 0 ? from : to, to);
  };
  eachPrime(chain, before.second, use, (j) => {
    if (before.sums === null) return;
    ring.reduce(before.sums.sums[j]!.first);
    if (j < addend.length) ring.reduce(before.addend[j]!);
  });
}
