/**
 * Cleartext primitives on whole numbers of any size: doubles as long as they are exact, bigint where 2^53 may be passed.
 *
 * @module
 */
import type { ConvolutionTerm, SlotShape, SparseMatrix, Values } from '../circuit.ts';
import type { Primitives } from '../eager-primitives.ts';
import { lookUp } from './evaluator.ts';
import { bytesOf, doublesOf, exactly, slotsOf, valuesHeld_bytes } from './slots.ts';

/** Slots of one 'ciphertext'. */
interface ExactSlots {
  readonly values: Values;
  /** The largest magnitude of all slots. */
  readonly most: number;
}

/** As doubles where they hold the numbers. */
function slotsFrom(values: Values): ExactSlots {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(Number(value)));
  return { values: values instanceof Float64Array || most > Number.MAX_SAFE_INTEGER ? values : Float64Array.from(values, Number), most };
}

/** Whether every sum up to this magnitude is exact in doubles. */
function fits(most: number, ...all: readonly ExactSlots[]): boolean {
  return most <= Number.MAX_SAFE_INTEGER && all.every(({ values }) => values instanceof Float64Array);
}

/** Primitives on slots of one shape. `wide`: whether ciphertexts may hold more than doubles do. */
export function exactPrimitives(shape: SlotShape, wide: boolean): Primitives<ExactSlots, ExactSlots> {
  const slots = shape.rows * shape.columns;
  const pairs = (
    a: ExactSlots,
    b: ExactSlots,
    most: number,
    doubles: (x: number, y: number) => number,
    whole: (x: bigint, y: bigint) => bigint,
  ): ExactSlots => {
    if (fits(most, a, b)) {
      const [left, right] = [a.values as Float64Array, b.values as Float64Array];
      return slotsFrom(Float64Array.from({ length: slots }, (_, slot) => doubles(left[slot]!, right[slot]!)));
    }
    const right = exactly(b.values);
    return slotsFrom(exactly(a.values).map((x, slot) => whole(x, right[slot]!)));
  };
  const add = (a: ExactSlots, b: ExactSlots): ExactSlots =>
    pairs(
      a,
      b,
      a.most + b.most,
      (x, y) => x + y,
      (x, y) => x + y,
    );
  const multiply = (a: ExactSlots, b: ExactSlots): ExactSlots =>
    pairs(
      a,
      b,
      a.most * b.most,
      (x, y) => x * y,
      (x, y) => x * y,
    );
  return {
    load: (payload) => slotsFrom((wide ? slotsOf : doublesOf)(payload, slots)),
    store: ({ values }) => bytesOf(values),
    release: () => undefined,
    add,
    subtract: (a, b) =>
      pairs(
        a,
        b,
        a.most + b.most,
        (x, y) => x - y,
        (x, y) => x - y,
      ),
    multiply,
    encode: (values) => slotsFrom(filled(values, slots)),
    addPlain: add,
    multiplyPlain: multiply,
    rotate: (c, by) => ({ ...c, values: rotated(c.values, by, shape) }),
    swapRows: (c) => ({ ...c, values: rotated(c.values, shape.columns, { rows: 1, columns: slots }) }),
    affine: (inputs, matrix, bias) => affine(inputs, matrix, bias, slots),
    convolve: (inputs, terms) => convolve(inputs, terms, slots),
    table: (inputs, table) =>
      inputs.map(({ values }) => slotsFrom(Float64Array.from<number | bigint>(values, (value) => lookUp(Number(value), table)))),
    bootstrap: (c) => ({ ...c }),
    bytesOf: ({ values }) => valuesHeld_bytes(values),
    memory: () => ({ reserved_bytes: 0, live_bytes: 0, buffers_bytes: 0, objects: 0 }),
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
  inputs: readonly ExactSlots[],
  { rows, offsets, indices, values }: SparseMatrix,
  bias: Values,
  slots: number,
): ExactSlots[] {
  const converted = new Map<ExactSlots, readonly bigint[]>();
  const whole = (input: ExactSlots): readonly bigint[] => {
    const found = converted.get(input) ?? exactly(input.values);
    converted.set(input, found);
    return found;
  };
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
      for (const [slot, value] of whole(input).entries()) sum[slot]! += factor * value;
    }
    return slotsFrom(sum);
  });
}

function convolve(inputs: readonly ExactSlots[], terms: readonly ConvolutionTerm[], slots: number): ExactSlots {
  const sum = new Array<bigint>(slots).fill(0n);
  for (const { from, weights } of terms) {
    const values = exactly(inputs[from]!.values);
    for (const [power, weight] of weights.entries()) {
      const factor = BigInt(weight);
      for (let slot = power; slot < slots; slot++) sum[slot]! += factor * values[slot - power]!;
    }
  }
  return slotsFrom(sum);
}
