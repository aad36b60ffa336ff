/**
 * A network's samples and weights as encrypted diagonals: both sides of every product compact, and nothing masked.
 *
 * The n slots are H hidden units of S = n / H slots. Slot S h + s belongs to unit h and sample s. Features stand in groups of T: a
 * ciphertext of samples holds, for unit h and sample s, feature (h + s) mod T of its group, and one of weights the weight of that feature
 * to unit h. Rotated by S t and by t, both name feature (h + s + t) mod T: T products cover a group. A rotation by t carries slots into the
 * next unit, so the last T - 1 slots of a unit hold no sample: zeros there stand for a mask.
 *
 * The second layer goes by D diagonals over units, D the least power of two that has room for all outputs: output u mod D in unit u.
 *
 * @module
 */
import type { Sides } from './perceptron.ts';

export interface MlpLayout extends Sides {
  /** n */
  readonly slots: number;
  /** H, a power of two: hidden units and empty ones. */
  readonly units: number;
  /** T, a power of two. */
  readonly group: number;
  /** Rotations of samples that the client sends; T is so many times giants. */
  readonly babies: number;
  /** D, a power of two. */
  readonly diagonals: number;
  /** Rotations of hidden values. */
  readonly outputBabies: number;
  /** Samples of a block, in `groups` ciphertexts. */
  readonly blockSamples: number;
  readonly blocks: number;
  readonly groups: number;
}

/** Of all slots at most this part holds no sample. */
const MOST_EMPTY = 1 / 8;

/** Null where the slots are too few. */
export function mlpLayout(slots: number, sides: Sides, batch: number): MlpLayout | null {
  const diagonals = powerOfTwo(sides.outputs);
  const units = Math.max(powerOfTwo(sides.hidden), diagonals);
  const perUnit = slots / units;
  const group = Math.min(units, perUnit * MOST_EMPTY);
  if (group < 1) return null;
  const blockSamples = perUnit - group + 1;
  return {
    ...sides,
    ...{ slots, units, group, diagonals, blockSamples },
    babies: Math.max(1, group / 4),
    outputBabies: Math.ceil(diagonals / 4),
    blocks: Math.ceil(batch / blockSamples),
    groups: Math.ceil(sides.features / group),
  };
}

function powerOfTwo(least: number): number {
  return 2 ** Math.ceil(Math.log2(least));
}

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/** Slots of a unit. */
export function unitSlots({ slots, units }: MlpLayout): number {
  return slots / units;
}

function filled(layout: MlpLayout, value: (unit: number, slot: number) => number): Float64Array {
  const width = unitSlots(layout);
  const filling = new Float64Array(layout.slots);
  for (let at = 0; at < layout.slots; at++) filling[at] = value(Math.floor(at / width), at % width);
  return filling;
}

/** Ciphertexts of one batch, by block, then by group, then by rotation. */
export function sampleSlots(layout: MlpLayout, rows: readonly Float64Array[]): Float64Array[] {
  const { blocks, groups, babies, group, blockSamples } = layout;
  return range(blocks).flatMap((block) =>
    range(groups).flatMap((of) =>
      range(babies).map((baby) =>
        filled(layout, (unit, slot) => {
          if (slot >= blockSamples) return 0;
          return rows[block * blockSamples + slot]?.[group * of + ((unit + baby + slot) % group)] ?? 0;
        }),
      ),
    ),
  );
}

/** One for each block: 1 where the unit's output is the label. */
export function labelSlots(layout: MlpLayout, labels: Uint8Array): Float64Array[] {
  const { blocks, blockSamples, diagonals } = layout;
  return range(blocks).map((block) =>
    filled(layout, (unit, slot) => {
      const sample = block * blockSamples + slot;
      return slot < blockSamples && sample < labels.length && labels[sample] === unit % diagonals ? 1 : 0;
    }),
  );
}

/** Where slots of a bundle take their weight from: -1 is none. A gradient is the sum of a weight's slots. */
export function firstWeights(layout: MlpLayout): Int32Array[] {
  const { groups, group, features, hidden } = layout;
  return range(groups).map((of) =>
    indices(layout, (unit, slot) => {
      const feature = group * of + ((unit + slot) % group);
      return unit < hidden && feature < features ? unit * features + feature : -1;
    }),
  );
}

/** Diagonal t = babies * j + i is rotated by babies * j units beforehand, so that the sum over i can be rotated back as a whole. */
export function secondWeights(layout: MlpLayout): Int32Array[] {
  const { diagonals, outputBabies, units, hidden, outputs, features } = layout;
  return range(diagonals).map((t) =>
    indices(layout, (place) => {
      const unit = (place - outputBabies * Math.floor(t / outputBabies) + units) % units;
      const [output, of] = [unit % diagonals, (unit + t) % units];
      return output < outputs && of < hidden ? hidden * (features + output) + of : -1;
    }),
  );
}

function indices(layout: MlpLayout, index: (unit: number, slot: number) => number): Int32Array {
  return Int32Array.from(filled(layout, index));
}

export function weightSlots(index: readonly Int32Array[], weights: Float64Array): Float64Array[] {
  return index.map((of) => Float64Array.from(of, (at) => weights[at] ?? 0));
}

export function addWeightSlots(
  index: readonly Int32Array[],
  slots: readonly ArrayLike<number | bigint>[],
  factor: number,
  sums: Float64Array,
): void {
  for (const [at, of] of index.entries()) of.forEach((weight, slot) => weight >= 0 && (sums[weight]! += factor * Number(slots[at]![slot])));
}
