/**
 * A linear layer over slots as the evaluator will compute it: products, folds, the sum of both slot rows, the bias. In the clear, for
 * ranges: every slot counts, also those that hold nothing of use.
 *
 * @module
 */
import type { SlotShape, TransformTerm } from '../../../schemes/circuit.ts';
import type { Domain } from '../range.ts';
import { slotsOf } from './slot-layout.ts';

export interface SlotSums {
  readonly shape: SlotShape;
  /** One list of terms per output ciphertext. */
  readonly terms: readonly (readonly TransformTerm[])[];
  /** Rotations of the folds, in order. */
  readonly folds: readonly number[];
  readonly foldRows: boolean;
  /** One plaintext per output ciphertext; null: no bias. */
  readonly bias: readonly Float64Array[] | null;
}

function rotated(slot: number, by: number, columns: number): number {
  return (slot & ~(columns - 1)) | ((slot + by) & (columns - 1));
}

/** Sums of products; an input is named by ciphertext * slots + slot. */
function products({ shape, terms }: SlotSums, domain: Domain): Float64Array {
  const slots = slotsOf(shape);
  const sums = new Float64Array(terms.length * slots);
  for (const [output, ofOutput] of terms.entries()) {
    for (const { from, baby, giant, plain } of ofOutput) {
      for (let slot = 0; slot < slots; slot++) {
        const weight = plain[slot]!;
        if (weight === 0) continue;
        const to = output * slots + rotated(slot, -giant, shape.columns);
        sums[to]! += domain.product(weight, from * slots + rotated(slot, baby, shape.columns));
      }
    }
  }
  return sums;
}

/** All slots of all output ciphertexts after the products, after every fold, after the sum of the rows, and after the bias. */
export function slotStages(sums: SlotSums, domain: Domain): Float64Array[] {
  const { shape, folds, foldRows, bias } = sums;
  const slots = slotsOf(shape);
  let values = products(sums, domain);
  const stages = [values];
  const next = (value: (before: Float64Array, slot: number) => number): void => {
    const before = values;
    values = new Float64Array(before.length);
    for (let slot = 0; slot < values.length; slot++) values[slot] = value(before, slot);
    stages.push(values);
  };
  for (const by of folds) next((before, slot) => before[slot]! + before[rotated(slot, by, shape.columns)]!);
  if (foldRows) next((before, slot) => before[slot]! + before[slot ^ shape.columns]!);
  if (bias !== null) next((before, slot) => before[slot]! + domain.constant(bias[Math.floor(slot / slots)]![slot % slots]!));
  return stages;
}
