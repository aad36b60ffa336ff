/**
 * The planned network over the samples of a task, in the clear: every sample is evaluated once.
 *
 * @module
 */
import type { Values } from '../../schemes/circuit.ts';
import type { PlannedNetwork, ValueFacts } from './planned-network.ts';
import { evaluatePlanned } from './planned-reference.ts';

export class PlannedOutputs {
  readonly #network: PlannedNetwork;
  readonly #samples: number;
  readonly #sample: (index: number) => Float64Array;
  readonly #outputs = new Map<number, { readonly values: Values; readonly overflows: boolean }>();

  /** `sample` gives inputs as the planned network counts them. */
  constructor(network: PlannedNetwork, samples: number, sample: (index: number) => Float64Array) {
    this.#network = network;
    this.#samples = samples;
    this.#sample = sample;
  }

  /** Outputs for one sample, counted in the last layer's step. */
  of(index: number): Values {
    return this.#at(index).values;
  }

  /** How many samples go outside a calibrated range anywhere. */
  countOverflows(): number {
    if (this.#network.layers.every(({ output }) => output.bound === 'proven')) return 0;
    let overflows = 0;
    for (let index = 0; index < this.#samples; index++) if (this.#at(index).overflows) overflows++;
    return overflows;
  }

  #at(index: number): { readonly values: Values; readonly overflows: boolean } {
    const kept = this.#outputs.get(index);
    if (kept !== undefined) return kept;
    const layers = evaluatePlanned(this.#network, this.#sample(index));
    const overflows = layers.some((values, at) => isOutside(values, this.#network.layers[at]!.output));
    const found = { values: layers.at(-1)!, overflows };
    this.#outputs.set(index, found);
    return found;
  }
}

function isOutside(values: Values, { bound, min, max }: ValueFacts): boolean {
  if (bound !== 'calibrated') return false;
  for (const value of values) if (value < min || value > max) return true;
  return false;
}
