/**
 * The planned network over the samples of a task, in the clear: every sample is evaluated once, many of them together.
 *
 * @module
 */
import type { Values } from '../../schemes/circuit.ts';
import type { PassedRange } from '../workload.ts';
import type { PlannedNetwork, ValueFacts } from './planned-network.ts';
import { evaluatePlannedSamples } from './planned-reference.ts';

/** What a planned network makes of one input. */
export interface PlannedOutput {
  /** Counted in the last layer's step. */
  readonly values: Values;
  /** Layers whose calibrated range the input leaves, by their index. */
  readonly passed: readonly number[];
}

/** Samples evaluated together: values of all layers of so many are in memory at a time. */
const TOGETHER = 64;

export class PlannedOutputs {
  readonly #network: PlannedNetwork;
  readonly #samples: number;
  readonly #sample: (index: number) => Float64Array;
  readonly #outputs = new Map<number, PlannedOutput>();

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

  /** How many samples leave a calibrated range anywhere. */
  countOverflows(): number {
    return this.#overflowing().length;
  }

  /** By layer, in order: how many samples leave its calibrated range; layers that none leaves are not among them. */
  passedRanges(): readonly PassedRange[] {
    const passed = this.#overflowing().flatMap((output) => output.passed);
    return this.#network.layers.flatMap(({ name }, layer) => {
      const samples = passed.filter((one) => one === layer).length;
      return samples === 0 ? [] : [{ layer: name, samples }];
    });
  }

  #overflowing(): readonly PlannedOutput[] {
    if (this.#network.layers.every(({ output }) => output.bound === 'proven')) return [];
    return Array.from({ length: this.#samples }, (_, index) => this.#at(index)).filter(({ passed }) => passed.length > 0);
  }

  #at(index: number): PlannedOutput {
    const kept = this.#outputs.get(index);
    if (kept !== undefined) return kept;
    // Its neighbours are asked for next.
    const first = index - (index % TOGETHER);
    const indices = Array.from({ length: Math.min(TOGETHER, this.#samples - first) }, (_, at) => first + at);
    const found = plannedOutputs(this.#network, indices.map(this.#sample));
    for (const [at, output] of found.entries()) this.#outputs.set(first + at, output);
    return this.#outputs.get(index)!;
  }
}

/** @param inputs as the planned network counts them */
export function plannedOutputs(network: PlannedNetwork, inputs: readonly Float64Array[]): readonly PlannedOutput[] {
  return evaluatePlannedSamples(network, inputs).map((layers) => {
    const passed = layers.flatMap((values, at) => (passes(values, network.layers[at]!.output) ? [at] : []));
    return { values: layers.at(-1)!, passed };
  });
}

function passes(values: Values, { bound, min, max }: ValueFacts): boolean {
  if (bound !== 'calibrated') return false;
  for (let at = 0; at < values.length; at++) if (values[at]! < min || values[at]! > max) return true;
  return false;
}
