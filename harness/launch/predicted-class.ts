/**
 * The class that outputs predict.
 *
 * @module
 */
import type { Values } from '../../schemes/circuit.ts';

/** Index of the largest of `length` values from `from` on, the first of equals; -1 where none is a number. */
export function classOf(values: Values, from: number, length: number): number {
  let best = -1;
  for (let at = 0; at < length; at++) {
    const value = values[from + at];
    if (value === undefined || Number.isNaN(value)) continue;
    if (best < 0 || value > values[from + best]!) best = at;
  }
  return best;
}
