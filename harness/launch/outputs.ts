/**
 * Decrypted outputs of many batches, kept small: batches repeat, and only their extremes matter for the error.
 *
 * @module
 */
import type { Values } from '../../schemes/circuit.ts';

type Numeric = number | bigint;

/** What was decrypted for one batch, over all its repetitions. */
export interface ObservedBatch {
  /** Index of the batch's first sample. */
  readonly first: number;
  /** As decrypted the first time. */
  readonly outputs: Values;
  /** Smallest and largest of every number; NaN where one was no number. */
  readonly low: Values;
  readonly high: Values;
}

export class ObservedOutputs {
  readonly #batches = new Map<number, ObservedBatch>();

  add(first: number, outputs: Values): void {
    const before = this.#batches.get(first);
    if (before === undefined) {
      this.#batches.set(first, { first, outputs, low: outputs, high: outputs });
      return;
    }
    const low = combined(before.low, outputs, (kept, value) => value < kept);
    const high = combined(before.high, outputs, (kept, value) => value > kept);
    this.#batches.set(first, { ...before, low, high });
  }

  get batches(): readonly ObservedBatch[] {
    return [...this.#batches.values()];
  }
}

function combined(kept: Values, values: Values, better: (kept: Numeric, value: Numeric) => boolean): Values {
  const choose = (index: number): Numeric => {
    const old = kept[index]!;
    const value = values[index]!;
    return Number.isNaN(value) || better(old, value) ? value : old;
  };
  const numbers = Array.from({ length: kept.length }, (_, index) => choose(index));
  return numbers.every((value) => typeof value === 'bigint') ? numbers : Float64Array.from(numbers, Number);
}

/** left - right as a real number; zero only where they are equal, also beyond 2^53. */
export function difference(left: Numeric, right: Numeric): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (Number.isInteger(Number(left)) && Number.isInteger(Number(right))) return Number(BigInt(left) - BigInt(right));
  return Number(left) - Number(right);
}
