/**
 * Cleartext primitives: slots of doubles. The oracle that other schemes are compared with.
 *
 * @module
 */
import type { ConvolutionTerm, LookupTable, SlotShape, SparseMatrix, Values } from '../circuit.ts';
import type { Primitives } from '../eager-primitives.ts';
import { doublesOf, valuesHeld_bytes } from './slots.ts';

/** Slots of one 'ciphertext'. */
export interface Slots {
  readonly values: Float64Array;
}

/** Primitives on slots of one shape; payloads are doubles, little endian. */
export function clearPrimitives(shape: SlotShape): Primitives<Slots, Float64Array> {
  const slots = shape.rows * shape.columns;
  const each = (compute: (slot: number) => number): Slots => ({ values: Float64Array.from({ length: slots }, (_, slot) => compute(slot)) });
  return {
    load: (payload) => ({ values: doublesOf(payload, slots) }),
    store: ({ values }) => new Uint8Array(values.slice().buffer),
    release: () => undefined,
    add: (a, b) => each((slot) => a.values[slot]! + b.values[slot]!),
    subtract: (a, b) => each((slot) => a.values[slot]! - b.values[slot]!),
    multiply: (a, b) => each((slot) => a.values[slot]! * b.values[slot]!),
    encode: (values) => Float64Array.from({ length: slots }, (_, slot) => Number(values[slot] ?? 0)),
    addPlain: (c, plain) => each((slot) => c.values[slot]! + plain[slot]!),
    multiplyPlain: (c, plain) => each((slot) => c.values[slot]! * plain[slot]!),
    rotate: (c, by) => ({ values: rotated(c.values, by, shape) }),
    swapRows: (c) => each((slot) => c.values[(slot + shape.columns) % slots]!),
    affine: (inputs, matrix, bias) => affine(inputs, matrix, bias, slots),
    convolve: (inputs, terms) => convolve(inputs, terms, slots),
    table: (inputs, table) => inputs.map((c) => each((slot) => lookUp(c.values[slot]!, table))),
    // Numbers that are not encrypted have no levels to renew.
    bootstrap: ({ values }) => ({ values: values.slice() }),
    bytesOf: (held) => valuesHeld_bytes(held instanceof Float64Array ? held : held.values),
    memory: () => ({ reserved_bytes: 0, live_bytes: 0, buffers_bytes: 0, objects: 0 }),
    dispose: () => undefined,
  };
}

function rotated(values: Float64Array, by: number, { rows, columns }: SlotShape): Float64Array {
  const shift = ((by % columns) + columns) % columns;
  const result = new Float64Array(values.length);
  for (let row = 0; row < rows; row++) {
    const from = values.subarray(row * columns, (row + 1) * columns);
    result.set(from.subarray(shift), row * columns);
    result.set(from.subarray(0, shift), (row + 1) * columns - shift);
  }
  return result;
}

function affine(inputs: readonly Slots[], matrix: SparseMatrix, bias: Values, slots: number): Slots[] {
  return Array.from({ length: matrix.rows }, (_, row) => {
    const sum = new Float64Array(slots).fill(Number(bias[row] ?? 0));
    for (let entry = matrix.offsets[row]!; entry < matrix.offsets[row + 1]!; entry++) {
      const weight = matrix.values[entry]!;
      const input = inputs[matrix.indices[entry]!]!.values;
      for (let slot = 0; slot < slots; slot++) sum[slot]! += weight * input[slot]!;
    }
    return { values: sum };
  });
}

function convolve(inputs: readonly Slots[], terms: readonly ConvolutionTerm[], slots: number): Slots {
  const sum = new Float64Array(slots);
  for (const { from, weights } of terms) {
    for (const [power, weight] of weights.entries()) {
      for (let slot = power; slot < slots; slot++) sum[slot]! += weight * inputs[from]!.values[slot - power]!;
    }
  }
  return { values: sum };
}

/** Values outside the table take its ends; a negacyclic table repeats with the opposite sign. */
export function lookUp(value: number, { min, step, outputs, negacyclic }: LookupTable): number {
  const position = Math.round((value - min) / step);
  if (!negacyclic) return Number(outputs[Math.min(Math.max(position, 0), outputs.length - 1)]);
  const half = Math.floor(position / outputs.length);
  const output = Number(outputs[position - half * outputs.length]);
  return half % 2 === 0 ? output : -output;
}
