/**
 * Whole numbers in slots of two rows: each row takes half of a batch, in a layout of its own, and the client adds up both.
 *
 * @module
 */
import type { SlotShape, Values } from '../../../schemes/circuit.ts';
import type { Batch } from '../descent.ts';
import type { DiagonalLayout } from './layout.ts';

/** Both rows of slots take half of the samples each. */
export interface Halves {
  readonly shape: SlotShape;
  /** Of one row. */
  readonly layout: DiagonalLayout;
}

/** The samples of each row of slots; the last may have none. */
export function partsOf({ rows }: SlotShape, { first, count }: Batch): readonly Batch[] {
  const half = Math.ceil(count / rows);
  return Array.from({ length: rows }, (_, side) => ({
    first: first + side * half,
    count: Math.max(0, Math.min(half, count - side * half)),
  }));
}

/** Slots of all rows, one behind the other. */
export function joined(rows: readonly Float64Array[]): Float64Array {
  return Float64Array.from(rows.flatMap((row) => [...row]));
}

/** Of ciphertexts by row, each as `joined`. */
export function joinedEach(rows: readonly (readonly Float64Array[])[]): readonly Float64Array[] {
  return rows[0]!.map((_, index) => joined(rows.map((row) => row[index]!)));
}

/** The slots of each row. */
export function rowsOf({ rows, columns }: SlotShape, values: Values): readonly Values[] {
  return Array.from({ length: rows }, (_, side) => values.slice(side * columns, (side + 1) * columns));
}
