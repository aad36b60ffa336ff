/**
 * Lookup tables as the polynomial of a blind rotation. The modulus switch takes a phase to the nearest multiple of 1/2N;
 * coefficient j is what comes out for j/2N, and a phase in the upper half of the torus gives the opposite of the phase half
 * a torus below. A plain table therefore keeps its values in the lower half; a negacyclic one uses all of it.
 *
 * @module
 */
import type { LookupTable, Node, ValueType } from '../../circuit.ts';
import { SCALE_UNITS } from './scales.ts';

/** Where the values of a table's input lie on the torus: phase = scale * value + shift, in units of 2^-32. */
export interface Placement {
  readonly scale: number;
  readonly shift: number;
}

/** Output of a plain table; inputs beyond it take its ends. Halves round up. */
export function entryAt(table: LookupTable, value: number): number {
  const index = Math.round((value - table.min) / table.step);
  return Number(table.outputs[Math.min(Math.max(index, 0), table.outputs.length - 1)]);
}

/**
 * Greatest scale at which a table can read inputs of this range: half a unit is left free at both ends.
 * A negacyclic table of one entry has no scale of its own, only a threshold, so that it too may fill the torus.
 */
export function greatestScale(table: LookupTable, type: ValueType): number {
  return SCALE_UNITS / (2 * halfTorus(table, type));
}

/** Counted units in half a torus. */
function halfTorus(table: LookupTable, type: ValueType): number {
  if (!table.negacyclic) return type.max - type.min + 1;
  const declared = table.outputs.length * table.step;
  if (table.outputs.length > 1) return declared;
  const edge = firstEdge(table);
  return Math.min(declared, Math.max(type.max - edge, edge - type.min) + 0.5);
}

/** Where entry 0 of a negacyclic table begins: between two whole numbers, a half belonging to the entry above. */
export function firstEdge(table: LookupTable): number {
  return Math.ceil(table.min - table.step / 2) - 0.5;
}

/**
 * Centred in the lower half, or with the first entry's edge at phase 0. Half a step of the modulus switch more puts edges
 * between its steps, at phase 0 always and elsewhere where units are whole steps.
 */
export function place(table: LookupTable, type: ValueType, scale: number, polynomialSize: number): Placement {
  const shift = table.negacyclic ? -scale * firstEdge(table) : SCALE_UNITS / 4 - (scale * (type.min + type.max)) / 2;
  return { scale, shift: Math.round(shift + SCALE_UNITS / (4 * polynomialSize)) };
}

/**
 * The polynomial of a table.
 * @param placement Of the input.
 * @param outputScale Torus per unit of the outputs, in 2^-32.
 */
export function tablePolynomial(table: LookupTable, placement: Placement, outputScale: number, polynomialSize: number): Uint32Array {
  const edge = firstEdge(table);
  return Uint32Array.from({ length: polynomialSize }, (_, j) => {
    const phase = (j / polynomialSize) * (SCALE_UNITS / 2);
    const value = (phase - placement.shift) / placement.scale;
    const output = table.negacyclic ? entryFrom(table, value - edge) : entryAt(table, Math.round(value));
    return Number(BigInt.asUintN(32, BigInt(output) * BigInt(outputScale)));
  });
}

/** Entry of a negacyclic table at a distance from its first edge, within half a torus. */
function entryFrom(table: LookupTable, distance: number): number {
  const index = Math.floor(distance / table.step);
  return Number(table.outputs[Math.min(Math.max(index, 0), table.outputs.length - 1)]);
}

/** The factor for a group's ciphertexts before a table that has room for a larger scale. */
export function readingMultiplier(table: LookupTable, scale: number, type: Node['type']): number {
  return Math.max(1, Math.floor(greatestScale(table, type) / scale));
}
