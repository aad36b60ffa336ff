/**
 * How much errors that the client sends back grow until the result. A scheme knows the error of its outputs, not how the client and the
 * parts behind change it. So the planned network is run in the clear with errors put in, and the result says how much they grow.
 *
 * @module
 */
import type { Values } from '../../../schemes/circuit.ts';
import { Random } from '../../data/random.ts';
import type { Gains } from '../../workload.ts';
import { type PlannedClient, type PlannedNetwork, valueFacts } from '../planned-network.ts';
import { continuePlanned, evaluatePlanned, evaluatePlannedLayer, joinValues } from '../planned-reference.ts';
import { partOutput } from './join-parts.ts';

/** Inputs, each with errors of its own in every round. */
const SAMPLES = 32;
/** Of what a value may reach: small, so that curved functions are as good as straight. */
const ERROR_LOG2 = -10;

/**
 * For every output that the client reads on the way: the largest change of any output of the network, over an error of one size and random signs
 * in all values. An error model promises sizes that single errors reach hardly ever, so that all of them at once are no underestimate.
 *
 * @param network in real arithmetic
 * @param samples inputs
 */
export function measureGains(network: PlannedNetwork, samples: readonly Float64Array[]): Gains {
  const random = Random.from(1, 'errors of rounds');
  const facts = valueFacts(network);
  const outputs = readByClient(network);
  const gains: Record<string, number> = Object.fromEntries(outputs.map(({ output }) => [output, 0]));
  for (const sample of samples.slice(0, SAMPLES)) {
    const values = [sample, ...evaluatePlanned(network, sample)];
    for (const { output, value, round } of outputs) {
      const { min, max } = facts[value]!;
      const error = Math.max(-min, max) * 2 ** ERROR_LOG2;
      const wrong = Float64Array.from<number | bigint>(
        values[value]!,
        (number) => Number(number) + (random.below(2) === 0 ? error : -error),
      );
      // The client alone reads what is off; the evaluator has what it made.
      const answered = answerTo(round.layer, values.with(value, wrong));
      const changed = continuePlanned(network, [...values.slice(0, round.at + 1), answered]).at(-1)!;
      gains[output] = Math.max(gains[output]!, largestChange(changed, values.at(-1)!) / error);
    }
  }
  return gains;
}

/** An output that a round reads, by its name. */
interface ReadOutput {
  readonly output: string;
  readonly value: number;
  readonly round: { readonly layer: PlannedClient; readonly at: number };
}

function readByClient({ layers }: PlannedNetwork): readonly ReadOutput[] {
  const rounds = layers.flatMap((layer, at) => (layer.kind === 'client' ? [{ layer, at }] : []));
  return rounds.flatMap((round, part) => {
    const last = round.at;
    const values = [...new Set(round.layer.reads.map(({ of }) => of))];
    return [last, ...values.filter((value) => value !== last)].map((value, place) => ({ output: partOutput(part, place), value, round }));
  });
}

function answerTo(layer: PlannedClient, values: readonly Values[]): Values {
  return evaluatePlannedLayer(layer, joinValues(layer.reads.map(({ of }) => values[of]!)), null);
}

function largestChange(changed: Values, values: Values): number {
  let most = 0;
  for (const [at, value] of values.entries()) most = Math.max(most, Math.abs(Number(changed[at]) - Number(value)));
  return most;
}
