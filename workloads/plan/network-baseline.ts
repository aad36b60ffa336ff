/**
 * The float network over its data, as it is timed.
 *
 * @module
 */
import { compileNetwork } from '../network/compiled-network.ts';
import type { Network } from '../network/network.ts';
import type { FloatBaseline } from '../workload.ts';

/** More than one, so that branches do not learn a sample by heart; few enough to stay in the processor's cache with the weights. */
const INPUTS = 16;

/** A network and the data that it is run on: so many samples, each within the network's interval. */
export interface NetworkSamples {
  readonly network: Network;
  readonly samples: number;
  sample(index: number): Float64Array;
}

/** One inference a run, on the first samples in turn. */
export function networkBaseline(of: NetworkSamples): FloatBaseline {
  const { network, samples } = of;
  const infer = compileNetwork(network);
  const inputs = Array.from({ length: Math.min(samples, INPUTS) }, (_, index) => of.sample(index));
  let next = 0;
  return {
    inferences: 1,
    run() {
      infer(inputs[next]!);
      next = (next + 1) % inputs.length;
    },
  };
}
