/**
 * The float network over its data, as it is timed.
 *
 * @module
 */
import { compileNetwork } from '../network/compiled-network.ts';
import type { FloatBaseline } from '../workload.ts';
import type { NetworkOverData } from './network-task.ts';

/** More than one, so that branches do not learn a sample by heart; few enough to stay in the processor's cache with the weights. */
const INPUTS = 16;

/** One inference a run, on the first samples in turn. */
export function networkBaseline({ network, samples, sample }: Pick<NetworkOverData, 'network' | 'samples' | 'sample'>): FloatBaseline {
  const infer = compileNetwork(network);
  const inputs = Array.from({ length: Math.min(samples, INPUTS) }, (_, index) => sample(index));
  let next = 0;
  return {
    inferences: 1,
    run() {
      infer(inputs[next]!);
      next = (next + 1) % inputs.length;
    },
  };
}
