/**
 * Parameters of the cleartext adapter.
 *
 * @module
 */
import type { SlotShape } from '../circuit.ts';
import type { ParameterSet } from '../scheme.ts';

/** Slots are IEEE 754 doubles; counted values that may pass 2^53 are bigint, and exact. */
export const parameterSets = { float64: { id: 'float64' } } as const satisfies Readonly<Record<string, ParameterSet>>;

/** The slot counts of CKKS, so that the same layouts come out. */
export const shapes: readonly SlotShape[] = [
  { rows: 1, columns: 2048 },
  { rows: 1, columns: 4096 },
  { rows: 1, columns: 8192 },
];
