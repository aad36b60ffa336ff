/**
 * What slots hold for real inputs, through the sums of a linear layer: every slot counts, also those that hold nothing of use. These are the
 * sums of `slotStages` over one input after the other, in plain loops: planning does little else.
 *
 * @module
 */
import type { SlotShape, TransformTerm } from '../../../schemes/circuit.ts';
import type { Arrangement } from '../../plan.ts';
import { type Interval, seenInterval } from '../range.ts';
import { slotsOf } from './slot-layout.ts';
import type { SlotSums } from './slot-sums.ts';

/** Slots of all ciphertexts of a bundle, one behind the other, for each input that is followed. */
export type SlotSamples = readonly Float64Array[];

/**
 * After each stage of the sums an interval around zero and all that the samples reach, widened `margin` times; and what the last stage
 * holds.
 */
export function followSamples(
  sums: SlotSums,
  samples: SlotSamples,
  margin: number,
): { readonly ranges: readonly Interval[]; readonly last: SlotSamples } {
  const stages = samples.map((sample) => stagesOf(sums, sample));
  const count = stages[0]?.length ?? 0;
  const ranges = Array.from({ length: count }, (_, stage) => {
    const values = stages.map((ofSample) => ofSample[stage]!);
    return seenInterval(values, margin);
  });
  return { ranges, last: stages.map((ofSample) => ofSample.at(-1)!) };
}

function stagesOf({ shape, terms, folds, foldRows, bias }: SlotSums, sample: Float64Array): Float64Array[] {
  const slots = slotsOf(shape);
  const stages = [products(shape, terms, sample)];
  for (const by of folds) stages.push(folded(stages.at(-1)!, by, shape.columns));
  if (foldRows) stages.push(stages.at(-1)!.map((value, slot, before) => value + before[slot ^ shape.columns]!));
  if (bias !== null) {
    const before = stages.at(-1)!;
    stages.push(before.map((value, slot) => value + bias[Math.floor(slot / slots)]![slot % slots]!));
  }
  return stages;
}

function products(shape: SlotShape, terms: readonly (readonly TransformTerm[])[], sample: Float64Array): Float64Array {
  const slots = slotsOf(shape);
  const inRow = shape.columns - 1;
  const sums = new Float64Array(terms.length * slots);
  for (const [output, ofOutput] of terms.entries()) {
    for (const { from, baby, giant, plain } of ofOutput) {
      const [to, read] = [output * slots, from * slots];
      for (let slot = 0; slot < slots; slot++) {
        const weight = plain[slot]!;
        if (weight === 0) continue;
        const row = slot & ~inRow;
        sums[to + (row | ((slot - giant) & inRow))]! += weight * sample[read + (row | ((slot + baby) & inRow))]!;
      }
    }
  }
  return sums;
}

function folded(before: Float64Array, by: number, columns: number): Float64Array {
  const inRow = columns - 1;
  const sums = new Float64Array(before.length);
  for (let slot = 0; slot < sums.length; slot++) sums[slot] = before[slot]! + before[(slot & ~inRow) | ((slot + by) & inRow)]!;
  return sums;
}

/** Columns after which a slot row repeats, weights, biases and inputs: as far as it need be followed. A power of two. */
export function repeatedColumns(shape: SlotShape, { index }: Arrangement, placed: readonly SlotSums[]): number {
  const rows = [
    ...index,
    ...placed.flatMap(({ terms, bias }) => [...terms.flatMap((ofOutput) => ofOutput.map(({ plain }) => plain)), ...(bias ?? [])]),
  ];
  let { columns } = shape;
  while (columns > 1 && rows.every((slots) => repeats(slots, columns / 2, columns, shape.columns))) columns /= 2;
  return columns;
}

/** Whether both halves of the first `of` slots of every row are the same. */
function repeats(slots: Float64Array | Int32Array, half: number, of: number, columns: number): boolean {
  for (let row = 0; row < slots.length; row += columns) {
    for (let slot = half; slot < of; slot++) if (slots[row + slot] !== slots[row + slot - half]) return false;
  }
  return true;
}

/** The sums over the first columns of every row. */
export function narrowedSums(sums: SlotSums, columns: number): SlotSums {
  const { shape, terms, bias } = sums;
  if (columns === shape.columns) return sums;
  const narrow = (slots: Float64Array): Float64Array => narrowed(slots, shape, columns);
  return {
    ...sums,
    shape: { ...shape, columns },
    terms: terms.map((ofOutput) => ofOutput.map((term) => ({ ...term, plain: narrow(term.plain) }))),
    bias: bias?.map(narrow) ?? null,
  };
}

function narrowed(slots: Float64Array, { rows, columns: from }: SlotShape, columns: number): Float64Array {
  const kept = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) kept.set(slots.subarray(row * from, row * from + columns), row * columns);
  return kept;
}

/** Numbers of one sample in the first columns of every slot row, ciphertext by ciphertext. */
export function arrangedSample(
  { index }: Arrangement,
  { rows, columns: of }: SlotShape,
  columns: number,
  sample: Float64Array,
): Float64Array {
  const slots = rows * columns;
  const values = new Float64Array(index.length * slots);
  for (const [ciphertext, numbers] of index.entries()) {
    for (let slot = 0; slot < slots; slot++) {
      const number = numbers[Math.floor(slot / columns) * of + (slot % columns)]!;
      if (number >= 0) values[ciphertext * slots + slot] = sample[number]!;
    }
  }
  return values;
}
