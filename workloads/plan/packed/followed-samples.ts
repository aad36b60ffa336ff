/**
 * What slots hold for real inputs, through the sums of a linear layer: every slot counts, also those that hold nothing of use. These are the
 * sums of `slotStages` over four inputs at a time, in plain loops: planning does little else.
 *
 * @module
 */
import type { SlotShape, TransformTerm } from '../../../schemes/circuit.ts';
import type { Arrangement } from '../../plan.ts';
import { type Interval, seenInterval } from '../range.ts';
import { columnsOf, type SlotLayout, slotsOf } from './slot-layout.ts';
import type { SlotSums } from './slot-sums.ts';

/** The first columns of every slot row of a bundle, for each input that is followed: the others repeat them. */
export interface SlotSamples {
  readonly columns: number;
  /** Ciphertexts one behind the other. */
  readonly slots: readonly Float64Array[];
}

/**
 * After each stage of the sums an interval around zero and all that the samples reach, widened `margin` times; and what the last stage
 * holds, in as many columns as `output` needs.
 */
export function followSamples(
  whole: SlotSums,
  samples: SlotSamples,
  { margin, output }: { readonly margin: number; readonly output: SlotLayout },
): { readonly ranges: readonly Interval[]; readonly last: SlotSamples } {
  const { shape } = whole;
  const columns = Math.max(repeatedColumns(whole), samples.columns);
  const sums = narrowedSums(whole, columns);
  const seen: { min: number; max: number }[] = [];
  const kept = Math.min(columns, columnsOf(output, shape));
  const slots: Float64Array[] = [];
  for (let first = 0; first < samples.slots.length; first += TOGETHER) {
    const lanes = samples.slots.slice(first, first + TOGETHER).map((sample) => inColumns(sample, samples.columns, columns));
    const last = runStages(sums, beside(lanes), seen);
    for (const lane of lanes.keys()) slots.push(inColumns(laneOf(last, lane), columns, kept));
  }
  return { ranges: seen.map(({ min, max }) => ({ min: min * margin, max: max * margin })), last: { columns: kept, slots } };
}

/** The sum of two values, slot by slot. */
export function addSamples(left: SlotSamples, right: SlotSamples): SlotSamples {
  const columns = Math.max(left.columns, right.columns);
  const slots = left.slots.map((sample, at) => {
    const other = inColumns(right.slots[at]!, right.columns, columns);
    return inColumns(sample, left.columns, columns).map((value, slot) => value + other[slot]!);
  });
  return { columns, slots };
}

/** The same slots in fewer columns, or repeated in more. */
function inColumns(slots: Float64Array, from: number, to: number): Float64Array {
  if (from === to) return slots;
  const rows = slots.length / from;
  const moved = new Float64Array(rows * to);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < to; column += from) {
      moved.set(slots.subarray(row * from, row * from + Math.min(from, to)), row * to + column);
    }
  }
  return moved;
}

/** Inputs that go through the sums at once: each weight is read once for all of them. */
const TOGETHER = 4;

/** Slot s of lane l stands at s * TOGETHER + l; lanes that are missing repeat the last one, which widens no range. */
function beside(lanes: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(lanes[0]!.length * TOGETHER);
  for (let lane = 0; lane < TOGETHER; lane++) {
    const slots = lanes[Math.min(lane, lanes.length - 1)]!;
    for (let slot = 0; slot < slots.length; slot++) all[slot * TOGETHER + lane] = slots[slot]!;
  }
  return all;
}

function laneOf(all: Float64Array, lane: number): Float64Array {
  const slots = new Float64Array(all.length / TOGETHER);
  for (let slot = 0; slot < slots.length; slot++) slots[slot] = all[slot * TOGETHER + lane]!;
  return slots;
}

/** What the last stage holds, of all lanes; `seen` is widened to what each stage reaches. */
function runStages(
  { shape, terms, folds, foldRows, bias }: SlotSums,
  lanes: Float64Array,
  seen: { min: number; max: number }[],
): Float64Array {
  let stage = 0;
  const see = (values: Float64Array): Float64Array => {
    const { min, max } = seenInterval([values], 1);
    const range = (seen[stage++] ??= { min: 0, max: 0 });
    range.min = Math.min(range.min, min);
    range.max = Math.max(range.max, max);
    return values;
  };
  let values = see(products(shape, terms, lanes));
  for (const by of folds) values = see(folded(values, by, shape.columns));
  if (foldRows) values = see(withOtherRow(values, shape.columns));
  return bias === null ? values : see(biased(values, bias, slotsOf(shape)));
}

function products(shape: SlotShape, terms: readonly (readonly TransformTerm[])[], lanes: Float64Array): Float64Array {
  const slots = slotsOf(shape);
  const inRow = shape.columns - 1;
  const sums = new Float64Array(terms.length * slots * TOGETHER);
  for (const [output, ofOutput] of terms.entries()) {
    for (const { from, baby, giant, plain } of ofOutput) {
      const [to, read] = [output * slots, from * slots];
      for (let slot = 0; slot < slots; slot++) {
        const weight = plain[slot]!;
        if (weight === 0) continue;
        const row = slot & ~inRow;
        const sum = (to + (row | ((slot - giant) & inRow))) * TOGETHER;
        const at = (read + (row | ((slot + baby) & inRow))) * TOGETHER;
        sums[sum]! += weight * lanes[at]!;
        sums[sum + 1]! += weight * lanes[at + 1]!;
        sums[sum + 2]! += weight * lanes[at + 2]!;
        sums[sum + 3]! += weight * lanes[at + 3]!;
      }
    }
  }
  return sums;
}

function folded(before: Float64Array, by: number, columns: number): Float64Array {
  const inRow = columns - 1;
  const sums = new Float64Array(before.length);
  for (let slot = 0, at = 0; at < sums.length; slot++) {
    let other = ((slot & ~inRow) | ((slot + by) & inRow)) * TOGETHER;
    for (const end = at + TOGETHER; at < end; at++, other++) sums[at] = before[at]! + before[other]!;
  }
  return sums;
}

function withOtherRow(before: Float64Array, columns: number): Float64Array {
  return before.map((value, at) => value + before[at ^ (columns * TOGETHER)]!);
}

function biased(before: Float64Array, bias: readonly Float64Array[], slots: number): Float64Array {
  return before.map((value, at) => {
    const slot = Math.floor(at / TOGETHER);
    return value + bias[Math.floor(slot / slots)]![slot % slots]!;
  });
}

/** Columns after which weights and biases repeat, a power of two. */
function repeatedColumns({ shape, terms, bias }: SlotSums): number {
  const rows = [...terms.flatMap((ofOutput) => ofOutput.map(({ plain }) => plain)), ...(bias ?? [])];
  let { columns } = shape;
  while (columns > 1 && rows.every((slots) => repeats(slots, columns / 2, columns, shape.columns))) columns /= 2;
  return columns;
}

/** Whether both halves of the first `of` slots of every row are the same. */
function repeats(slots: Float64Array, half: number, of: number, columns: number): boolean {
  for (let row = 0; row < slots.length; row += columns) {
    for (let slot = half; slot < of; slot++) if (slots[row + slot] !== slots[row + slot - half]) return false;
  }
  return true;
}

/** The sums over the first columns of every row. */
function narrowedSums(sums: SlotSums, columns: number): SlotSums {
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

/** Inputs in the slots, by the rule of an arrangement that lays them out as `layout` says; null: as it likes. */
export function arrangedSamples(
  { index }: Arrangement,
  shape: SlotShape,
  inputs: readonly Float64Array[],
  layout: SlotLayout | null,
): SlotSamples {
  const columns = layout === null ? shape.columns : columnsOf(layout, shape);
  const slots = shape.rows * columns;
  return {
    columns,
    slots: inputs.map((input) => {
      const values = new Float64Array(index.length * slots);
      for (const [ciphertext, numbers] of index.entries()) {
        for (let slot = 0; slot < slots; slot++) {
          const number = numbers[Math.floor(slot / columns) * shape.columns + (slot % columns)]!;
          if (number >= 0) values[ciphertext * slots + slot] = input[number]!;
        }
      }
      return values;
    }),
  };
}
