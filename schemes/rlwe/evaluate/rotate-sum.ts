/**
 * Rotations that belong together: the digits of a ciphertext are made once for all its rotations (hoisting, Halevi and Shoup, CRYPTO 2018,
 * section 5), and all rotations of one sum share one division by the special prime.
 *
 * @module
 */
import type { Chain } from '../ring/chain.ts';
import { formOf, limbsOf, releaseCiphertext, twoOf, type Ciphertext, type Polynomial } from '../ring/ciphertext.ts';
import { addInnerProduct, beginSwitch, eachPrime, finishSwitch, switchedCiphertext, type Switched } from './key-switch.ts';
import { add } from './multiply.ts';
import { addPermuted, keyOf, rotate, takeLike, type GaloisKeys } from './rotate.ts';

/** inputs[from] under X -> X^element; 1 leaves it where it is. */
export interface ElementTerm {
  readonly from: number;
  readonly element: number;
}

/** One ciphertext for each list of one or more terms: their sum. What is a single input as it stands is that input itself. */
export function rotateSum(
  chain: Chain,
  inputs: readonly Ciphertext[],
  outputs: readonly (readonly ElementTerm[])[],
  keys: GaloisKeys,
): Ciphertext[] {
  return chain.deferred(() =>
    chain.scratch.scoped(() => {
      const sums = outputs.map((terms) => (isShared(inputs, terms) ? new SharedSum(chain, inputs, terms) : null));
      for (const [from, input] of inputs.entries()) {
        const moving = sums.flatMap((sum) => sum?.elementsOf(from).map((element) => ({ sum, element })) ?? []);
        if (moving.length === 0) continue;
        const [c0, c1] = twoOf(input);
        chain.scratch.scoped(() =>
          eachPrime(chain, c1, (j, digits) => {
            for (const { sum, element } of moving) {
              addInnerProduct(chain, sum.switched, j, digits, keyOf(keys, element), element);
              if (j < c0.length) sum.addFirst(c0, j, element);
            }
          }),
        );
      }
      return outputs.map((terms, at) => sums[at]?.finish() ?? unshared(chain, inputs, terms, keys));
    }),
  );
}

/** Whether anything is rotated, and nothing keeps its summands apart: BGV's correction factors. */
function isShared(inputs: readonly Ciphertext[], terms: readonly ElementTerm[]): boolean {
  const alike = terms.every(({ from }) => inputs[from]!.correction === inputs[terms[0]!.from]!.correction);
  return alike && terms.some(({ element }) => element !== 1);
}

/** Term by term. */
function unshared(chain: Chain, inputs: readonly Ciphertext[], terms: readonly ElementTerm[], keys: GaloisKeys): Ciphertext {
  const moved = ({ from, element }: ElementTerm): Ciphertext =>
    element === 1 ? inputs[from]! : rotate(chain, inputs[from]!, element, keys);
  const [first, ...others] = terms;
  return others.reduce((sum, term) => {
    const last = moved(term);
    const next = add(chain, sum, last, 1);
    for (const before of [sum, last]) if (!inputs.includes(before)) releaseCiphertext(chain, before);
    return next;
  }, moved(first!));
}

/** A sum in the making, in scratch: inner products with keys, and beside them what is only permuted and added. */
class SharedSum {
  readonly switched: Switched;
  readonly #chain: Chain;
  readonly #terms: readonly ElementTerm[];
  readonly #like: Ciphertext;
  readonly #first: Polynomial;
  /** Null: nothing stays where it is. */
  readonly #second: Polynomial | null = null;
  readonly #started: boolean[];

  constructor(chain: Chain, inputs: readonly Ciphertext[], terms: readonly ElementTerm[]) {
    this.#chain = chain;
    this.#terms = terms;
    this.#like = inputs[terms[0]!.from]!;
    this.switched = beginSwitch(chain, limbsOf(this.#like));
    this.#first = takeLike(chain, this.#like.polynomials[0]!);
    this.#started = this.#first.map(() => false);
    const still = terms.filter(({ element }) => element === 1).map(({ from }) => twoOf(inputs[from]!));
    if (still.length === 0) return;
    this.#second = takeLike(chain, this.#like.polynomials[1]!);
    for (const [at, polynomials] of still.entries()) {
      for (const [half, target] of [this.#first, this.#second].entries()) {
        for (const [j, residues] of target.entries()) {
          if (at === 0) chain.ring.copy(polynomials[half]![j]!, residues);
          else chain.ring.add(residues, polynomials[half]![j]!, residues);
        }
      }
    }
    this.#started.fill(true);
  }

  /** What an input is rotated by. */
  elementsOf(from: number): readonly number[] {
    return this.#terms.filter((term) => term.from === from && term.element !== 1).map(({ element }) => element);
  }

  /** The first polynomial modulo prime j, which no key meets. */
  addFirst(source: Polynomial, j: number, element: number): void {
    const target = this.#first[j]!;
    if (this.#started[j] === true) addPermuted(this.#chain, source[j]!, element, target, target);
    else this.#chain.ring.permute(source[j]!, element, target);
    this.#started[j] = true;
  }

  finish(): Ciphertext {
    this.switched.addends = [this.#first, this.#second];
    const polynomials = finishSwitch(this.#chain, this.switched, formOf(this.#like.polynomials[0]!), false);
    return switchedCiphertext(this.#chain, polynomials, this.#like, this.#like.scale, false);
  }
}
