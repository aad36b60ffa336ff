/**
 * Sums of rotated ciphertexts times plaintexts, in baby and giant steps, with as few divisions as the layout allows.
 *
 * Where a rotated input serves few sums, it is never finished: its inner product is weighted and summed modulo data and special primes,
 * and the sum is divided once (double hoisting, Bossuat et al., EUROCRYPT 2021). Where it serves many, it is finished once, hoisted, and
 * multiplied like any ciphertext. All giant steps of an output share one division.
 *
 * @module
 */
import type { TransformTerm } from '../circuit.ts';
import type { Chain } from './chain.ts';
import type { Ciphertext, Polynomial } from './ciphertext.ts';
import { allocatePolynomials, formOf, limbsOf, releaseCiphertext, twoOf } from './ciphertext.ts';
import type { Digits, Switched } from './key-switch.ts';
import { divideByLast, inForm } from './divide.ts';
import { addInnerProduct, beginSwitch, decompose, eachPrime, finishSecond, finishSwitch, switchedCiphertext } from './key-switch.ts';
import type { Plaintext } from './plaintext.ts';
import type { GaloisKeys } from './rotate.ts';
import { addPermuted, keyOf, rotateHoisted } from './rotate.ts';

/** One term with its encoded factor; elements instead of steps. */
export interface PreparedTerm {
  readonly from: number;
  readonly baby: number;
  readonly giant: number;
  /** Modulo the data primes; the special prime last where the transform is `weighted` and the baby step is not 0. */
  readonly plain: Plaintext;
}

export interface PreparedTransform {
  readonly weighted: boolean;
  readonly outputs: readonly (readonly PreparedTerm[])[];
}

/** Uses of a rotated input from which finishing it once is cheaper than weighting its inner product each time. */
const USES_WORTH_FINISHING = 4;

/** Whether inner products are weighted rather than finished. */
export function isWeighted(outputs: readonly (readonly TransformTerm[])[]): boolean {
  const rotated = outputs.flat().filter(({ baby }) => baby !== 0);
  const distinct = new Set(rotated.map(({ from, baby }) => `${from}/${baby}`)).size;
  return rotated.length < USES_WORTH_FINISHING * distinct;
}

/** The terms of one giant step of one output, as they add up. */
interface Group {
  readonly output: number;
  readonly giant: number;
  readonly terms: readonly PreparedTerm[];
  /** Inner products of weighted terms; null where there are none. */
  readonly switched: Switched | null;
  /** Plain products. */
  readonly sum: readonly [Polynomial, Polynomial];
  /** Whether sum[0] and sum[1] hold anything modulo every prime. */
  summed: boolean;
}

/** With `rescale`, results are divided by the last prime as well. */
export function transform(
  chain: Chain,
  inputs: readonly Ciphertext[],
  { outputs, weighted }: PreparedTransform,
  keys: GaloisKeys,
  scale: number,
  rescale: boolean,
): Ciphertext[] {
  const { scratch } = chain;
  return scratch.within(() => {
    const limbs = limbsOf(inputs[0]!);
    const groups = outputs.flatMap((terms, output) => groupsOf(chain, terms, output, limbs, weighted));
    for (const [from, input] of inputs.entries()) {
      const used = groups.some(({ terms }) => terms.some((term) => term.from === from));
      if (used)
        scratch.within(() => (weighted ? addWeighted(chain, input, from, groups, keys) : addFinished(chain, input, from, groups, keys)));
    }
    return outputs.map((_, output) => {
      const own = groups.filter((group) => group.output === output);
      return scratch.within(() => total(chain, own, inputs[own[0]?.terms[0]!.from ?? 0]!, keys, scale, rescale));
    });
  });
}

function groupsOf(chain: Chain, terms: readonly PreparedTerm[], output: number, limbs: number, weighted: boolean): Group[] {
  const moduli = chain.data.slice(0, limbs);
  // The unrotated sum comes first: the others are added to it.
  const giants = [...new Set(terms.map(({ giant }) => giant))].sort((a, b) => a - b);
  return giants.map((giant) => {
    const own = terms.filter((term) => term.giant === giant);
    const sum = [chain.scratch.takeEach(moduli), chain.scratch.takeEach(moduli)] as const;
    for (const residues of sum.flat()) chain.ring.clear(residues, 'values');
    const switched = weighted && own.some(({ baby }) => baby !== 1) ? beginSwitch(chain, limbs) : null;
    return { output, giant, terms: own, switched, sum, summed: false };
  });
}

/** Adds what one input contributes to every group, its rotations unfinished. */
function addWeighted(chain: Chain, input: Ciphertext, from: number, groups: readonly Group[], keys: GaloisKeys): void {
  const { ring } = chain;
  const [c0, c1] = twoOf(input).map((polynomial) => inForm(chain, polynomial, 'values')) as [Polynomial, Polynomial];
  const terms = groups.flatMap((group) => group.terms.filter((term) => term.from === from).map((term) => ({ group, term })));
  const rotated = terms.filter(({ term }) => term.baby !== 1);
  if (rotated.length > 0) {
    eachPrime(chain, input.polynomials[1]!, (j, digits) => {
      for (const { group, term } of rotated) {
        addInnerProduct(chain, group.switched!, j, digits, keyOf(keys, term.baby), term.baby, term.plain[j]);
      }
    });
  }
  chain.together(c0, (residues, j) => {
    for (const { group, term } of terms) {
      if (term.baby === 1) ring.multiplyAdd(residues, term.plain[j]!, group.sum[0][j]!);
      else ring.gatheredMultiplyAdd(term.plain[j]!, residues, term.baby, group.sum[0][j]!);
      if (term.baby === 1) ring.multiplyAdd(c1[j]!, term.plain[j]!, group.sum[1][j]!);
    }
  });
}

/** Adds what one input contributes to every group, each rotation finished once. */
function addFinished(chain: Chain, input: Ciphertext, from: number, groups: readonly Group[], keys: GaloisKeys): void {
  const { ring } = chain;
  const babies = [...new Set(groups.flatMap(({ terms }) => terms.filter((term) => term.from === from).map(({ baby }) => baby)))];
  const [c0, c1] = twoOf(input);
  const operand = { ...input, polynomials: [inForm(chain, c0, 'values'), c1] };
  const digits: Digits | null = babies.some((baby) => baby !== 1) ? decompose(chain, c1) : null;
  const unmoved = babies.includes(1) ? { ...operand, polynomials: [operand.polynomials[0]!, inForm(chain, c1, 'values')] } : null;
  const moving = babies.filter((baby) => baby !== 1);
  const moved = chain.each(moving, (baby) => rotateHoisted(chain, operand, digits!, baby, keys));
  const rotations = new Map<number, Ciphertext>(moving.map((baby, at) => [baby, moved[at]!]));
  if (unmoved !== null) rotations.set(1, unmoved);
  const summing = groups.map((group) => ({ group, terms: group.terms.filter((term) => term.from === from) }));
  chain.together(c0, (_, j) => {
    for (const { group, terms } of summing) {
      if (terms.length === 0) continue;
      const products = terms.map(({ baby, plain }) => {
        const [r0, r1] = rotations.get(baby)!.polynomials as [Polynomial, Polynomial];
        return { digit: plain[j]!, first: r0[j]!, second: r1[j]! };
      });
      ring.innerProduct(products, { first: group.sum[0][j]!, second: group.sum[1][j]! }, group.summed);
    }
  });
  for (const { group, terms } of summing) if (terms.length > 0) group.summed = true;
  for (const rotation of moved) releaseCiphertext(chain, rotation);
}

/** The groups of one output, rotated by their giant steps and summed. */
function total(chain: Chain, groups: readonly Group[], like: Ciphertext, keys: GaloisKeys, scale: number, rescale: boolean): Ciphertext {
  const limbs = limbsOf(like);
  const form = formOf(like.polynomials[0]!);
  const base = groups[0]?.giant === 1 ? groups[0] : null;
  const moved = base === null ? groups : groups.slice(1);
  if (moved.length === 0 && (base === null || base.switched === null)) return withoutSwitch(chain, base?.sum ?? null, like, scale, rescale);
  const switched = base?.switched ?? beginSwitch(chain, limbs);
  const addends: [Polynomial | null, Polynomial | null] = base === null ? [null, null] : [...base.sum];
  for (const { switched: unfinished, sum, giant } of moved) {
    const [g0, s1] = sum;
    const key = keyOf(keys, giant);
    const into = addends[0];
    chain.scratch.within(() => {
      const moduli = g0.map(({ modulus }) => modulus);
      // Outlives this scope: the group's own sum is free once it is moved.
      const image = into ?? chain.scratch.takeEach(moduli);
      const g1 = unfinished === null ? s1 : chain.scratch.takeEach(moduli);
      if (unfinished !== null) {
        unfinished.addends = [null, s1];
        finishSecond(chain, unfinished, 'values', g1);
      }
      eachPrime(chain, g1, (j, digits) => {
        addInnerProduct(chain, switched, j, digits, key, giant);
        const { first } = switched.sums[j]!;
        if (unfinished !== null) chain.ring.permuteAdd(unfinished.sums[j]!.first, giant, first, first);
        if (j === limbs) return;
        if (into === null) chain.ring.permute(g0[j]!, giant, image[j]!);
        else addPermuted(chain, g0[j]!, giant, into[j]!, into[j]!);
      });
      if (into === null) {
        for (const [j, residues] of image.entries()) chain.ring.copy(residues, s1[j]!);
        addends[0] = s1;
      }
    });
  }
  switched.addends = addends;
  return switchedCiphertext(chain, finishSwitch(chain, switched, form, rescale), like, scale, rescale);
}

/** A sum of plain products; null: an output of no terms, which is zero. */
function withoutSwitch(
  chain: Chain,
  sum: readonly [Polynomial, Polynomial] | null,
  like: Ciphertext,
  scale: number,
  rescale: boolean,
): Ciphertext {
  const form = formOf(like.polynomials[0]!);
  const polynomials = allocatePolynomials(chain, limbsOf(like), 2);
  for (const [index, target] of polynomials.entries()) {
    const source = sum === null ? null : inForm(chain, sum[index]!, form);
    for (const [j, residues] of target.entries()) {
      if (source === null) chain.ring.clear(residues, form);
      else chain.ring.copy(source[j]!, residues);
    }
  }
  const whole = { polynomials, scale, correction: like.correction };
  if (!rescale) return whole;
  const divided = divideByLast(chain, whole, scale);
  releaseCiphertext(chain, whole);
  return divided;
}
