/**
 * What is computed strip by strip: matrices and squares, and the bounds of what each leaves. It asserts them, as `ring.ts` does.
 *
 * @module
 */
import type { Chain } from '../ring/chain.ts';
import type { Ciphertext } from '../ring/ciphertext.ts';
import type { TransformModulus } from '../ring/ntt.ts';
import { chooseSumStrategy, type SumStrategy } from '../ring/matrix.ts';
import type { PreparedMatrix } from './matrix-product.ts';

export type Stage = { readonly kind: 'matrix'; readonly matrix: PreparedMatrix } | { readonly kind: 'square' };

/** What a stage does modulo one prime. */
export interface Step {
  /** Null: a square. */
  readonly sums: SumStrategy | null;
  /** Of what it leaves, in units of the prime. */
  readonly bound: number;
}

/** Of residues modulo prime j, in units of it. */
export function largestBound(inputs: readonly Ciphertext[], j: number): number {
  let most = 0;
  for (const { polynomials } of inputs) for (const polynomial of polynomials) most = Math.max(most, polynomial[j]!.bound);
  return most;
}

/** Null where a sum might not be exact. */
export function stepsOf(
  { ring: { bounds } }: Chain,
  stages: readonly Stage[],
  { p }: TransformModulus,
  input: number,
): readonly Step[] | null {
  const steps: Step[] = [];
  let bound = input;
  for (const stage of stages) {
    const sums = stage.kind === 'matrix' ? chooseSumStrategy(stage.matrix.packed!, bound, p, bounds) : null;
    if (stage.kind === 'matrix' && sums === null) return null;
    // A square reduces what it multiplies, and doubles one factor of the middle polynomial.
    const reduced = bounds.reduced(bounds.require(bound, p, 'square'));
    bound = sums?.bound ?? bounds.product(2 * reduced, reduced, p);
    steps.push({ sums, bound });
  }
  return steps;
}
