/**
 * A chain in the clear, in float64.
 *
 * @module
 */
import { functionOf } from './activation.ts';
import type { Chain } from './chain.ts';
import { multiplyVector } from './sparse.ts';

/** All values of the chain for one input, where the first ones are known: value 0 is the input. */
export function continueChain(chain: Chain, known: readonly Float64Array[]): readonly Float64Array[] {
  const values = [...known];
  for (const link of chain.slice(known.length - 1)) values.push(evaluateLink(link, values));
  return values;
}

function evaluateLink(link: Chain[number], values: readonly Float64Array[]): Float64Array {
  if (link.kind === 'activation') return values[link.of]!.map(functionOf(link));
  const read = link.of.map((value) => values[value]!);
  const operands = read.length === 1 ? read[0]! : Float64Array.from(read.flatMap((numbers) => [...numbers]));
  return multiplyVector(link.matrix, operands).map((sum, row) => sum + link.bias[row]!);
}
