/**
 * Sums of rotated ciphertexts times plaintexts, in baby and giant steps, with as few divisions as the layout allows.
 *
 * A rotated input is never finished: its inner product with the key is multiplied and summed modulo data and special primes, and what a
 * giant step moves is divided once (double hoisting, Bossuat et al., EUROCRYPT 2021). So a baby step costs no transform but those of its
 * input's digits. All giant steps of an output share one division.
 *
 * @module
 */
import type { Chain } from '../ring/chain.ts';
import type { Ciphertext, Polynomial } from '../ring/ciphertext.ts';
import { allocatePolynomials, formOf, limbsOf, releaseCiphertext, twoOf } from '../ring/ciphertext.ts';
import type { LevelDigits, Switched } from './key-switch.ts';
import { divideByLast, inForm } from './divide.ts';
import { addInnerProduct, beginSwitch, eachPrime, finishSecond, finishSwitch, productWithKey, switchedCiphertext } from './key-switch.ts';
import type { TransformModulus } from '../ring/ntt.ts';
import type { Plaintext } from './plaintext.ts';
import type { Pair, Residues } from '../ring/residues.ts';
import type { GaloisKeys } from './rotate.ts';
import { keyOf } from './rotate.ts';
import { innerProduct, type Term } from '../ring/sums.ts';

/** One term with its encoded factor; Galois elements instead of rotations. */
export interface PreparedTerm {
  readonly from: number;
  readonly baby: number;
  readonly giant: number;
  /** Modulo the data primes; the special primes last where the baby step is not 0. */
  readonly plain: Plaintext;
}

/** Terms by output. */
export type PreparedTransform = readonly (readonly PreparedTerm[])[];

/** The terms of one giant step of one output, and their sum. */
interface Group {
  readonly output: number;
  readonly giant: number;
  readonly terms: readonly PreparedTerm[];
  /** Where a term is rotated: the sum modulo data and special primes, times the product P of the special primes. */
  readonly switched: Switched | null;
  /** Else: the sum modulo the data primes. */
  readonly sum: readonly [Polynomial, Polynomial] | null;
}

/** With `rescale`, results are divided by the last prime as well. */
export function transform(
  chain: Chain,
  inputs: readonly Ciphertext[],
  outputs: PreparedTransform,
  keys: GaloisKeys,
  scale: number,
  rescale: boolean,
): Ciphertext[] {
  return chain.deferred(() => transformed(chain, inputs, outputs, keys, scale, rescale));
}

function transformed(
  chain: Chain,
  inputs: readonly Ciphertext[],
  outputs: PreparedTransform,
  keys: GaloisKeys,
  scale: number,
  rescale: boolean,
): Ciphertext[] {
  const { scratch } = chain;
  return scratch.scoped(() => {
    const limbs = limbsOf(inputs[0]!);
    const groups = outputs.flatMap((terms, output) => groupsOf(chain, terms, output, limbs));
    scratch.scoped(() => addUnmoved(chain, inputs, groups));
    for (const [from, input] of inputs.entries()) {
      const uses = groups.map((group): Use => ({ group, terms: group.terms.filter((term) => term.from === from) }));
      const switching = uses.filter(({ group, terms }) => group.switched !== null && terms.length > 0);
      if (switching.length > 0) scratch.scoped(() => addRotated(chain, input, switching, keys));
    }
    return outputs.map((_, output) => {
      const own = groups.filter((group) => group.output === output);
      return scratch.scoped(() => total(chain, own, inputs[own[0]?.terms[0]!.from ?? 0]!, keys, scale, rescale));
    });
  });
}

function groupsOf(chain: Chain, terms: readonly PreparedTerm[], output: number, limbs: number): Group[] {
  const moduli = chain.data.slice(0, limbs);
  // The unrotated sum comes first: the others are added to it.
  const giants = [...new Set(terms.map(({ giant }) => giant))].sort((a, b) => a - b);
  return giants.map((giant) => {
    const own = terms.filter((term) => term.giant === giant);
    if (own.some(({ baby }) => baby !== 1)) return { output, giant, terms: own, switched: beginSwitch(chain, limbs), sum: null };
    const sum = [chain.scratch.takeEach(moduli), chain.scratch.takeEach(moduli)] as const;
    return { output, giant, terms: own, switched: null, sum };
  });
}

/** The sums without rotated terms, over all inputs at once. */
function addUnmoved(chain: Chain, inputs: readonly Ciphertext[], groups: readonly Group[]): void {
  const unmoved = groups.filter(({ sum }) => sum !== null);
  const used = new Set(unmoved.flatMap(({ terms }) => terms.map(({ from }) => from)));
  const operands = new Map([...used].map((from) => [from, twoOf(inputs[from]!).map((polynomial) => inForm(chain, polynomial, 'values'))]));
  chain.parallelSlices(unmoved[0]?.sum?.[0] ?? [], (_, j) => {
    for (const { sum, terms } of unmoved) {
      const products = terms.map(({ from, plain }): Term => {
        const [first, second] = operands.get(from) as [Polynomial, Polynomial];
        return { digit: plain[j]!, first: first[j]!, second: second[j]! };
      });
      innerProduct(chain.ring, products, { first: sum![0][j]!, second: sum![1][j]! }, false);
    }
  });
}

/** A group, and its terms of one input. */
interface Use {
  readonly group: Group;
  readonly terms: readonly PreparedTerm[];
}

/** Adds what the rotations of one input contribute to every group. */
function addRotated(chain: Chain, input: Ciphertext, switching: readonly Use[], keys: GaloisKeys): void {
  const [c0, c1] = twoOf(input).map((polynomial) => inForm(chain, polynomial, 'values')) as [Polynomial, Polynomial];
  const babies = [...new Set(switching.flatMap(({ terms }) => terms.map(({ baby }) => baby)))];
  const lifted = chain.scratch.takeEach(c0.map(({ modulus }) => modulus));
  const use = (j: number, digits: readonly Residues[], modulus: TransformModulus): void => {
    const rotations = rotationsModulo(chain, { j, limbs: c0.length, modulus, digits, first: lifted[j], second: c1[j] }, babies, keys);
    for (const { group, terms } of switching) {
      const { sums, started } = group.switched!;
      if (addProducts(chain, terms, j, rotations, sums[j]!, started[j]!)) started[j] = true;
    }
  };
  eachPrime(chain, input.polynomials[1]!, use, (j, modulus) => {
    if (j < lifted.length) chain.ring.scale(c0[j]!, lifted[j]!, chain.special.wholeModulo(modulus));
  });
}

/** An input modulo one prime. */
interface Operand extends LevelDigits {
  readonly modulus: TransformModulus;
  /** Times P; absent modulo a special prime, where multiples of P vanish. */
  readonly first: Residues | undefined;
  /** Not multiplied. */
  readonly second: Residues | undefined;
}

/** The rotations of an input by element, times P, modulo one prime. */
function rotationsModulo(chain: Chain, operand: Operand, babies: readonly number[], keys: GaloisKeys): ReadonlyMap<number, Pair> {
  const { ring, scratch } = chain;
  const { modulus, first, second } = operand;
  const rotations = new Map<number, Pair>();
  for (const baby of babies) {
    if (baby === 1) {
      if (first === undefined) continue;
      const lifted = scratch.take(modulus);
      ring.scale(second!, lifted, chain.special.wholeModulo(modulus));
      rotations.set(1, { first, second: lifted });
      continue;
    }
    const pair = { first: scratch.take(modulus), second: scratch.take(modulus) };
    productWithKey(chain, operand, keyOf(keys, baby), pair, false, baby);
    if (first !== undefined) ring.permuteAdd(first, baby, pair.first, pair.first);
    rotations.set(baby, pair);
  }
  return rotations;
}

/** target (+)= the terms' products with those of their rotations that exist modulo this prime. Returns whether there were any. */
function addProducts(
  chain: Chain,
  terms: readonly PreparedTerm[],
  j: number,
  rotations: ReadonlyMap<number, Pair>,
  target: Pair,
  accumulate: boolean,
): boolean {
  const products = terms.flatMap(({ baby, plain }) => {
    const rotation = rotations.get(baby);
    return rotation === undefined ? [] : [{ digit: plain[j]!, ...rotation }];
  });
  if (products.length > 0) innerProduct(chain.ring, products, target, accumulate);
  return products.length > 0;
}

/** The groups of one output, rotated by their giant steps and summed. */
function total(chain: Chain, groups: readonly Group[], like: Ciphertext, keys: GaloisKeys, scale: number, rescale: boolean): Ciphertext {
  const limbs = limbsOf(like);
  const form = formOf(like.polynomials[0]!);
  const base = groups[0]?.giant === 1 ? groups[0] : null;
  const moved = base === null ? groups : groups.slice(1);
  if (moved.length === 0 && (base === null || base.sum !== null)) return withoutSwitch(chain, base?.sum ?? null, like, scale, rescale);
  const switched = base?.switched ?? beginSwitch(chain, limbs);
  switched.addends = base?.sum ?? [null, null];
  for (const group of moved) chain.scratch.scoped(() => addMoved(chain, group, keys, switched));
  return switchedCiphertext(chain, finishSwitch(chain, switched, form, rescale), like, scale, rescale);
}

/**
 * Adds a group under its giant step. Its first polynomial is only permuted, so that it need not be divided; the second is cut into digits.
 */
function addMoved(chain: Chain, { giant, switched, sum }: Group, keys: GaloisKeys, into: Switched): void {
  const { ring, scratch } = chain;
  const second = sum?.[1] ?? scratch.takeEach(chain.data.slice(0, into.limbs));
  if (switched !== null) finishSecond(chain, switched, 'values', second);
  // The first half modulo data and special primes, times P: of a plain sum it vanishes modulo the special primes.
  const lifted = switched?.sums.map((pair) => pair.first) ?? scratch.takeEach(chain.data.slice(0, into.limbs));
  const use = (j: number, digits: readonly Residues[]): void => {
    addInnerProduct(chain, into, j, digits, keyOf(keys, giant), giant);
    const { first } = into.sums[j]!;
    if (j < lifted.length) ring.permuteAdd(lifted[j]!, giant, first, first);
  };
  eachPrime(chain, second, use, (j, modulus) => {
    if (switched !== null) ring.reduce(lifted[j]!);
    else if (j < lifted.length) ring.scale(sum![0][j]!, lifted[j]!, chain.special.wholeModulo(modulus));
  });
}

/** A sum of plain products; null: an output without terms, which is zero. */
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
      // Sums of products are larger than what rests.
      else chain.ring.reduce(source[j]!, residues);
    }
  }
  const whole = { polynomials, scale, correction: like.correction };
  if (!rescale) return whole;
  const divided = divideByLast(chain, whole, scale);
  releaseCiphertext(chain, whole);
  return divided;
}
