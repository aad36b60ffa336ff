/**
 * How large the outputs of a float network are.
 *
 * @module
 */
import type { Network } from './network.ts';
import { evaluateNetwork } from './reference.ts';

/** The largest absolute output over the inputs; 0 where all are zero, or there is no input. */
export function largestOutput(network: Network, inputs: Iterable<Float64Array>): number {
  let largest = 0;
  for (const input of inputs) for (const output of evaluateNetwork(network, input)) largest = Math.max(largest, Math.abs(output));
  return largest;
}
