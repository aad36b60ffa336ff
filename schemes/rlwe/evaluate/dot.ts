/**
 * Sums of products of ciphertexts. Products are summed before anything else is done to them: three polynomials for a whole sum, which is
 * relinearised once.
 *
 * @module
 */
import type { ProductTerm } from '../../circuit.ts';
import type { Chain } from '../ring/chain.ts';
import { allocatePolynomials, limbsOf, releaseCiphertext, twoOf, type Ciphertext } from '../ring/ciphertext.ts';
import { innerProduct, type Term } from '../ring/sums.ts';
import { add, multiply } from './multiply.ts';

type Operands = readonly [left: Ciphertext, right: Ciphertext];
type Product = (left: Ciphertext, right: Ciphertext) => Ciphertext;

/**
 * The sum of lefts[i] * rights[j] over the terms (i, j), one or more, all at one level. `product` is BFV's, whose products are scaled before they are
 * summed; null: products of values at points (CKKS, BGV).
 */
export function dot(
  chain: Chain,
  lefts: readonly Ciphertext[],
  rights: readonly Ciphertext[],
  terms: readonly ProductTerm[],
  scale: number,
  product: Product | null,
): Ciphertext {
  const all = terms.map(([left, right]): Operands => [lefts[left]!, rights[right]!]);
  // BGV: summands that decryption divides by different factors have to be made to meet.
  const alike = all.every(([left, right]) => left.correction === all[0]![0].correction && right.correction === all[0]![1].correction);
  if (product === null && alike) return innerProducts(chain, all, scale);
  return oneByOne(chain, all, product ?? ((left, right) => multiply(chain, left, right)));
}

/** (a0 + a1 s) (b0 + b1 s) by power of s: one inner product with both halves of the right for each half of the left. */
function innerProducts(chain: Chain, all: readonly Operands[], scale: number): Ciphertext {
  const { ring } = chain;
  const limbs = limbsOf(all[0]![0]);
  const polynomials = allocatePolynomials(chain, limbs, 3);
  const halves = all.map(([left, right]) => [twoOf(left), twoOf(right)] as const);
  chain.parallelMap(chain.data.slice(0, limbs), (modulus, j) => {
    const [constant, linear, square] = polynomials.map((polynomial) => polynomial[j]!) as [Room, Room, Room];
    const crossed = chain.scratch.take(modulus);
    const terms = (half: 0 | 1): Term[] =>
      halves.map(([left, [first, second]]) => ({ digit: left[half][j]!, first: first[j]!, second: second[j]! }));
    innerProduct(ring, terms(0), { first: constant, second: linear }, false);
    innerProduct(ring, terms(1), { first: crossed, second: square }, false);
    // Sums of many products are as large as they may be.
    if (linear.bound + crossed.bound >= ring.bounds.limit(modulus.p)) for (const residues of [linear, crossed]) ring.reduce(residues);
    ring.add(linear, crossed, linear);
    for (const residues of [constant, square]) ring.reduce(residues);
  });
  const [left, right] = all[0]!;
  const correction = chain.scheme === 'bgv' ? (left.correction * right.correction) % chain.plain!.value : 1n;
  return { polynomials, scale, correction };
}

type Room = Term['digit'];

function oneByOne(chain: Chain, all: readonly Operands[], product: Product): Ciphertext {
  const [first, ...others] = all as readonly [Operands, ...Operands[]];
  return others.reduce(
    (sum, [left, right]) => {
      const term = product(left, right);
      const next = add(chain, sum, term, 1);
      for (const before of [sum, term]) releaseCiphertext(chain, before);
      return next;
    },
    product(...first),
  );
}
