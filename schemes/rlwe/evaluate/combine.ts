/**
 * Sums of exact multiples.
 *
 * @module
 */
import type { Chain } from '../ring/chain.ts';
import { allocatePolynomials, type Ciphertext } from '../ring/ciphertext.ts';

/** A ciphertext, and the whole number that it is multiplied by. */
export type Multiple = readonly [of: Ciphertext, factor: bigint];

/**
 * The sum, plus a constant in every slot: modulo the first primes of the chain, of which every ciphertext has as many. A missing third
 * polynomial is zero. Real values only.
 *
 * @param terms one or more
 * @param constant times the scale already
 */
export function combine(chain: Chain, terms: readonly Multiple[], constant: bigint, limbs: number, scale: number): Ciphertext {
  const { ring } = chain;
  const count = Math.max(...terms.map(([{ polynomials }]) => polynomials.length));
  const polynomials = allocatePolynomials(chain, limbs, count);
  const parts = polynomials.flatMap((polynomial, index) => polynomial.map((target, j) => ({ index, j, target })));
  chain.parallelMap(parts, ({ index, j, target }) => {
    const summands = terms.filter(([of]) => of.polynomials.length > index);
    for (const [at, [of, factor]] of summands.entries()) {
      const source = of.polynomials[index]![j]!;
      const multiple = target.modulus.constant(factor);
      if (at === 0) ring.scale(source, target, multiple);
      else ring.addMultiple(target, source, multiple, target);
    }
    if (index === 0 && constant !== 0n) ring.addConstant(target, target.modulus.constant(constant).w);
    ring.reduce(target);
  });
  return { polynomials, scale, correction: 1n };
}
