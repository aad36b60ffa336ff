/**
 * How large the outputs of a float network are.
 *
 * @module
 */
import { compileNetwork } from './compiled-network.ts';
import type { Network } from './network.ts';

/** The largest absolute output over the inputs; 0 where all are zero, or there is no input. */
export function largestOutput(network: Network, inputs: Iterable<Float64Array>): number {
  const run = compileNetwork(network);
  let largest = 0;
  for (const input of inputs) for (const output of run(input)) largest = Math.max(largest, Math.abs(output));
  return largest;
}
