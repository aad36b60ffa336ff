/**
 * Cleartext primitives: slots of doubles, and of bigint where counted values need them. The oracle that other schemes are compared with.
 *
 * @module
 */
import type { LookupTable, SlotShape, SparseMatrix, Values } from '../circuit.ts';
import type { Primitives } from '../interpreter.ts';
import { bytesOf, exactly, type Slots, slotsFrom, slotsOf } from './slots.ts';

/** Primitives on slots of one shape. `counted`: values are whole numbers, which are never rounded. */
export function clearPrimitives(shape: SlotShape, counted: boolean): Primitives<Slots, Slots> {
  const slots = shape.rows * shape.columns;
  const fits = (most: number, ...all: readonly Slots[]): boolean =>
    all.every(({ values }) => values instanceof Float64Array) && (!counted || most <= Number.MAX_SAFE_INTEGER);
  const pairs = (
    a: Slots,
    b: Slots,
    most: number,
    doubles: (x: number, y: number) => number,
    whole: (x: bigint, y: bigint) => bigint,
  ): Slots => {
    if (fits(most, a, b)) {
      const [left, right] = [a.values as Float64Array, b.values as Float64Array];
      return slotsFrom(Float64Array.from({ length: slots }, (_, slot) => doubles(left[slot]!, right[slot]!)));
    }
    const right = exactly(b.values);
    return slotsFrom(exactly(a.values).map((x, slot) => whole(x, right[slot]!)));
  };
  const add = (a: Slots, b: Slots): Slots => pairs(a, b, a.most + b.most, (x, y) => x + y, (x, y) => x + y);
  const multiply = (a: Slots, b: Slots): Slots => pairs(a, b, a.most * b.most, (x, y) => x * y, (x, y) => x * y);
  return {
    load: (payload) => slotsOf(payload, slots),
    store: bytesOf,
    release: () => undefined,
    add,
    subtract: (a, b) => pairs(a, b, a.most + b.most, (x, y) => x - y, (x, y) => x - y),
    multiply,
    encode: (values) => slotsFrom(filled(values, slots)),
    addPlain: add,
    multiplyPlain: multiply,
    rotate: (c, by) => ({ ...c, values: rotated(c.values, by, shape) }),
    swapRows: (c) => ({ ...c, values: rotated(c.values, shape.columns, { rows: 1, columns: slots }) }),
    affine: (inputs, matrix, bias) => affine(inputs, matrix, bias, slots, fits),
    table: (inputs, table) =>
      inputs.map(({ values }) => slotsFrom(Float64Array.from<number | bigint>(values, (value) => lookUp(Number(value), table)))),
    memory: () => ({ bytes: process.memoryUsage().arrayBuffers, method: 'heap', objects: 0 }),
    dispose: () => undefined,
  };
}

/** Missing slots are zero. */
function filled(values: Values, slots: number): Values {
  if (values instanceof Float64Array) return Float64Array.from({ length: slots }, (_, slot) => values[slot] ?? 0);
  return Array.from({ length: slots }, (_, slot) => values[slot] ?? 0n);
}

function rotated(values: Values, by: number, { rows, columns }: SlotShape): Values {
  const shift = ((by % columns) + columns) % columns;
  const from = (slot: number): number => Math.floor(slot / columns) * columns + (((slot % columns) + shift) % columns);
  const length = rows * columns;
  if (values instanceof Float64Array) return Float64Array.from({ length }, (_, slot) => values[from(slot)]!);
  return Array.from({ length }, (_, slot) => values[from(slot)]!);
}

function affine(
  inputs: readonly Slots[],
  { rows, offsets, indices, values }: SparseMatrix,
  bias: Values,
  slots: number,
  fits: (most: number, ...all: readonly Slots[]) => boolean,
): Slots[] {
  return Array.from({ length: rows }, (_, row) => {
    const constant = bias[row] ?? 0;
    const terms = Array.from({ length: offsets[row + 1]! - offsets[row]! }, (_unused, at) => {
      const entry = offsets[row]! + at;
      return { weight: values[entry]!, input: inputs[indices[entry]!]! };
    });
    const most = terms.reduce((sum, { weight, input }) => sum + Math.abs(weight) * input.most, Math.abs(Number(constant)));
    if (fits(most, ...terms.map(({ input }) => input))) {
      const sum = new Float64Array(slots).fill(Number(constant));
      for (const { weight, input } of terms) {
        const doubles = input.values as Float64Array;
        for (let slot = 0; slot < slots; slot++) sum[slot]! += weight * doubles[slot]!;
      }
      return slotsFrom(sum);
    }
    const sum = new Array<bigint>(slots).fill(BigInt(constant));
    for (const { weight, input } of terms) {
      const factor = BigInt(weight);
      for (const [slot, value] of exactly(input.values).entries()) sum[slot]! += factor * value;
    }
    return slotsFrom(sum);
  });
}

/** Values outside the table take its ends; a negacyclic table repeats with the opposite sign. */
function lookUp(value: number, { min, step, outputs, negacyclic }: LookupTable): number {
  const position = Math.round((value - min) / step);
  if (!negacyclic) return Number(outputs[Math.min(Math.max(position, 0), outputs.length - 1)]);
  const half = Math.floor(position / outputs.length);
  const output = Number(outputs[position - half * outputs.length]);
  return half % 2 === 0 ? output : -output;
}
