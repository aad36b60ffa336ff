/**
 * What is computed strip by strip: matrices and squares, and the bounds of their results. It checks bounds as `ring.ts` does.
 *
 * @module
 */
import type { Chain } from '../ring/chain.ts';
import type { Ciphertext } from '../ring/ciphertext.ts';
import type { TransformModulus } from '../ring/ntt.ts';
import { chooseSumStrategy, type SumStrategy } from '../ring/matrix.ts';
import type { PreparedMatrix } from './matrix-product.ts';

/** One operation of a run of strips. */
export type StripOperation = { readonly kind: 'matrix'; readonly matrix: PreparedMatrix } | { readonly kind: 'square' };

/** How an operation is computed modulo one prime. */
export interface ModularOperation {
  /** Null: a square. */
  readonly sums: SumStrategy | null;
  /** Bound of its result, in units of the prime. */
  readonly bound: number;
}

/** The largest bound of all residues modulo prime j, in units of it. */
export function largestBound(inputs: readonly Ciphertext[], j: number): number {
  let most = 0;
  for (const { polynomials } of inputs) for (const polynomial of polynomials) most = Math.max(most, polynomial[j]!.bound);
  return most;
}

/** All operations modulo one prime, in order; null where a sum might not be exact. */
export function planModulo(
  { ring: { bounds } }: Chain,
  operations: readonly StripOperation[],
  { p }: TransformModulus,
  input: number,
): readonly ModularOperation[] | null {
  const planned: ModularOperation[] = [];
  let bound = input;
  for (const operation of operations) {
    const sums = operation.kind === 'matrix' ? chooseSumStrategy(operation.matrix.packed!, bound, p, bounds) : null;
    if (operation.kind === 'matrix' && sums === null) return null;
    // A square reduces what it multiplies, and doubles one factor of the middle polynomial.
    const reduced = bounds.reduced(bounds.require(bound, p, 'square'));
    bound = sums?.bound ?? bounds.product(2 * reduced, reduced, p);
    planned.push({ sums, bound });
  }
  return planned;
}
