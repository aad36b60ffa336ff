/**
 * For tests: chains by hand, and what a chain computes by definition.
 *
 * @module
 */
import { functionOf } from './activation.ts';
import type { ActivationLink, Chain, LinearLink } from './chain.ts';
import { multiplyVector } from './sparse.ts';

export type LooseLink = Omit<LinearLink, 'of'> | Omit<ActivationLink, 'of'>;

/** Links of which each reads the one before. */
export function inOrder(links: readonly LooseLink[]): Chain {
  return links.map((link, at) => (link.kind === 'linear' ? { ...link, of: [at] } : { ...link, of: at }));
}

/** Every value of the chain in turn, the input first. */
export function evaluateChain(chain: Chain, input: Float64Array): readonly Float64Array[] {
  const values = [input];
  for (const link of chain) {
    if (link.kind === 'activation') {
      values.push(values[link.of]!.map(functionOf(link)));
      continue;
    }
    const operands = Float64Array.from(link.of.flatMap((value) => [...values[value]!]));
    values.push(multiplyVector(link.matrix, operands).map((sum, row) => sum + link.bias[row]!));
  }
  return values;
}
