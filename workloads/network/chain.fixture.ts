/**
 * For tests: what a chain computes by definition.
 *
 * @module
 */
import { functionOf } from './activation.ts';
import type { Chain } from './chain.ts';
import { multiplyVector } from './sparse.ts';

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
