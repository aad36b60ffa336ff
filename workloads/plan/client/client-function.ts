/**
 * What the client does between decrypting numbers and encrypting them again. Planned networks in the clear and clients in a run use this
 * one function, so that whole numbers are equal on both sides.
 *
 * @module
 */
import type { Values, ValueType } from '../../../schemes/circuit.ts';
import { functionOf } from '../../network/activation.ts';
import { quantiseInput } from '../../network/quantisation.ts';
import type { AverageWindows, ClientFunction } from '../../plan.ts';

/** How numbers are counted, and what they may be. */
export type Counting = Pick<ValueType, 'step' | 'min' | 'max'>;

/** Numbers as they are. */
export const IDENTITY: ClientFunction = { factor: 1, offset: 0, activation: 'identity', pool: null };

/**
 * @param numbers of one sample or of several, sample-major, counted in `step`
 * @param into where they go
 * @returns as many for each sample as the pool has windows, or as there were
 * @example
 * applyAtClient({ ...IDENTITY, activation: 'relu' }, Float64Array.of(-3, 5), 0.5, { step: 1, min: 0, max: 255 }); // 0, 3
 */
export function applyAtClient(apply: ClientFunction, numbers: Values, step: number | null, into: Counting): Values {
  if (!(numbers instanceof Float64Array) && staysCounted(apply) && step === into.step) return clippedExactly(numbers, into);
  const { factor, offset, activation, parameters, pool } = apply;
  const function_ = activation === 'identity' ? (value: number): number => value : functionOf({ activation, parameters });
  const unit = step ?? 1;
  const real = Float64Array.from<number | bigint>(numbers, (number) => function_(factor * (Number(number) * unit) + offset));
  const pooled = pool === null ? real : averaged(real, pool);
  if (into.step !== null) return quantiseInput(pooled, { step: into.step, min: into.min, max: into.max });
  return pooled.map((value) => Math.min(into.max, Math.max(into.min, value)));
}

/** Whether numbers beyond 2^53 keep all of their digits: they are sent back as they are. */
function staysCounted({ factor, offset, activation, pool }: ClientFunction): boolean {
  return factor === 1 && offset === 0 && activation === 'identity' && pool === null;
}

function clippedExactly(numbers: readonly bigint[], { min, max }: Counting): readonly bigint[] {
  const [least, most] = [BigInt(Math.ceil(min)), BigInt(Math.floor(max))];
  return numbers.map((number) => (number < least ? least : number > most ? most : number));
}

function averaged(values: Float64Array, { inputs, windows }: AverageWindows): Float64Array {
  const samples = values.length / inputs;
  const means = new Float64Array(samples * windows.length);
  for (let sample = 0; sample < samples; sample++) {
    for (const [at, window] of windows.entries()) {
      let sum = 0;
      for (const index of window) sum += values[sample * inputs + index]!;
      means[sample * windows.length + at] = sum / window.length;
    }
  }
  return means;
}
