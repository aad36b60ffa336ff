/**
 * What the client does between decrypting numbers and encrypting them again. Planned networks in the clear and clients in a run use this
 * one function, so that whole numbers are equal on both sides.
 *
 * @module
 */
import type { Values, ValueType } from '../../../schemes/circuit.ts';
import { functionOf } from '../../network/activation.ts';
import { quantiseInput } from '../../network/quantisation.ts';
import type { ClientFunction, ClientStep, Pool } from '../../plan.ts';

/** How numbers are counted, and what they may be. */
export type Counting = Pick<ValueType, 'step' | 'min' | 'max'>;

/** Numbers as they are. */
export const IDENTITY: ClientFunction = { factor: 1, offset: 0, steps: [] };

/**
 * @param numbers of one sample or of several, sample-major, counted in `step`
 * @param into where they go
 * @returns as many for each sample as the last pool has windows, or as there were
 * @example
 * applyAtClient({ ...IDENTITY, steps: [{ kind: 'activation', activation: 'relu' }] }, Float64Array.of(-3, 5), 0.5, { step: 1, min: 0, max: 255 }); // 0, 3
 */
export function applyAtClient(apply: ClientFunction, numbers: Values, step: number | null, into: Counting): Values {
  if (!(numbers instanceof Float64Array) && staysCounted(apply) && step === into.step) return clippedExactly(numbers, into);
  const { factor, offset, steps } = apply;
  const unit = step ?? 1;
  const real = Float64Array.from<number | bigint>(numbers, (number) => factor * (Number(number) * unit) + offset);
  const made = steps.reduce<Float64Array>((values, one) => applyStep(one, values), real);
  if (into.step !== null) return quantiseInput(made, { step: into.step, min: into.min, max: into.max });
  return made.map((value) => Math.min(into.max, Math.max(into.min, value)));
}

/** Numbers of a sample that come back, of so many. */
export function returnedCount({ steps }: ClientFunction, decrypted: number): number {
  return steps.reduce((count, step) => (step.kind === 'activation' ? count : step.windows.length), decrypted);
}

/** Whether numbers beyond 2^53 keep all of their digits: they are sent back as they are. */
function staysCounted({ factor, offset, steps }: ClientFunction): boolean {
  return factor === 1 && offset === 0 && steps.length === 0;
}

function clippedExactly(numbers: readonly bigint[], { min, max }: Counting): readonly bigint[] {
  const [least, most] = [BigInt(Math.ceil(min)), BigInt(Math.floor(max))];
  return numbers.map((number) => (number < least ? least : number > most ? most : number));
}

function applyStep(step: ClientStep, values: Float64Array): Float64Array {
  return step.kind === 'activation' ? values.map(functionOf(step)) : pooled(values, step);
}

function pooled(values: Float64Array, { kind, inputs, windows }: Pool): Float64Array {
  const samples = values.length / inputs;
  const results = new Float64Array(samples * windows.length);
  for (let sample = 0; sample < samples; sample++) {
    for (const [at, window] of windows.entries()) {
      let [sum, largest] = [0, -Infinity];
      for (const index of window) {
        const value = values[sample * inputs + index]!;
        sum += value;
        largest = Math.max(largest, value);
      }
      results[sample * windows.length + at] = kind === 'mean' ? sum / window.length : largest;
    }
  }
  return results;
}
