/**
 * How much errors that the client sends back grow until the result. A scheme knows the error of its outputs, not how the client and the
 * parts behind change it. So the planned network is run in the clear with errors put in, and the result says how much they grow.
 *
 * @module
 */
import type { Values } from '../../../schemes/circuit.ts';
import { Random } from '../../data/random.ts';
import type { Gains } from '../../workload.ts';
import type { PlannedLayer, PlannedNetwork } from '../planned-network.ts';
import { evaluatePlanned, evaluatePlannedLayer } from '../planned-reference.ts';
import { partOutput } from './join-parts.ts';

/** Inputs, each with errors of its own in every round. */
const SAMPLES = 32;
/** Of what a value may reach: small, so that curved functions are as good as straight. */
const ERROR_LOG2 = -10;

/**
 * For the output of every part but the last: the largest change of any output of the network, over an error of one size and random signs
 * in all values. An error model promises sizes that single errors reach hardly ever, so that all of them at once are no underestimate.
 *
 * @param network in real arithmetic
 * @param samples inputs
 */
export function measureGains(network: PlannedNetwork, samples: readonly Float64Array[]): Gains {
  const random = Random.from(1, 'errors of rounds');
  const { layers } = network;
  const rounds = layers.flatMap(({ kind }, at) => (kind === 'client' ? [at] : []));
  const gains = rounds.map(() => 0);
  for (const sample of samples.slice(0, SAMPLES)) {
    const values = evaluatePlanned(network, sample);
    for (const [round, at] of rounds.entries()) {
      const { min, max } = layers[at - 1]!.output;
      const error = Math.max(-min, max) * 2 ** ERROR_LOG2;
      const wrong = Float64Array.from<number | bigint>(
        values[at - 1]!,
        (value) => Number(value) + (random.below(2) === 0 ? error : -error),
      );
      gains[round] = Math.max(gains[round]!, largestChange(evaluateFrom(layers.slice(at), wrong), values.at(-1)!) / error);
    }
  }
  return Object.fromEntries(gains.map((gain, at) => [partOutput(at), gain]));
}

function evaluateFrom(layers: readonly PlannedLayer[], values: Values): Values {
  return layers.reduce((before, layer) => evaluatePlannedLayer(layer, before, null), values);
}

function largestChange(changed: Values, values: Values): number {
  let most = 0;
  for (const [at, value] of values.entries()) most = Math.max(most, Math.abs(Number(changed[at]) - Number(value)));
  return most;
}
