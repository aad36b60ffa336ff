/**
 * The class that outputs predict.
 *
 * @module
 */
import type { Values } from '../../../schemes/circuit.ts';
import type { TaskOutput } from '../../../workloads/workload.ts';

/**
 * Class of the sample whose outputs begin at `from`: the index of the largest, the first of equals; of one output whether it reaches the
 * threshold. -1 where none is a number.
 *
 * @param step real value of one counted unit; null: values are real
 */
export function classOf(values: Values, from: number, output: Pick<TaskOutput, 'values' | 'threshold'>, step: number | null): number {
  const { values: length, threshold } = output;
  if (length === 1) {
    const value = Number(values[from]) * (step ?? 1);
    return Number.isNaN(value) ? -1 : Number(value >= threshold);
  }
  let best = -1;
  for (let at = 0; at < length; at++) {
    const value = values[from + at];
    if (value === undefined || Number.isNaN(value)) continue;
    if (best < 0 || value > values[from + best]!) best = at;
  }
  return best;
}
