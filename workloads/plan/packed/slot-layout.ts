/**
 * Where the values of a layer lie in the slots of a bundle.
 *
 * The slot index is read bit by bit. Its 'value' bits, lowest first, are the number of the value; slots that differ in 'copy' bits
 * hold the same value; a slot with a 'void' bit set holds nothing that may be used. A bundle of several ciphertexts goes on counting
 * where the ciphertext before ended. With two slot rows the highest bit of the index is the row.
 *
 * @module
 */
import type { SlotShape } from '../../../schemes/circuit.ts';
import type { Arrangement } from '../../plan.ts';

export type SlotRole = 'value' | 'copy' | 'void';

export interface SlotLayout {
  /** Of every bit of the slot index, lowest first. */
  readonly roles: readonly SlotRole[];
  readonly ciphertexts: number;
}

export function slotsOf({ rows, columns }: SlotShape): number {
  return rows * columns;
}

/** Columns after which a layout repeats, with all that its slots hold: only copies lie above. */
export function columnsOf({ roles }: SlotLayout, { columns }: SlotShape): number {
  return Math.min(columns, 2 ** (roles.findLastIndex((role, bit) => role !== 'copy' && 2 ** bit < columns) + 1));
}

/** Bits of the slot index that belong to columns: only these are moved by rotations. */
export function columnBits({ columns }: SlotShape): number {
  return Math.log2(columns);
}

/** Bits that count `values` things. */
export function bitsFor(values: number): number {
  return Math.ceil(Math.log2(values));
}

export function positionsOf({ roles }: SlotLayout, role: SlotRole): number[] {
  return roles.flatMap((at, bit) => (at === role ? [bit] : []));
}

/** Values in one ciphertext. */
export function capacityOf(layout: SlotLayout): number {
  return 2 ** positionsOf(layout, 'value').length;
}

/** Puts bit i of `number` at position `positions[i]`. */
export function spreadBits(number: number, positions: readonly number[]): number {
  return positions.reduce((slot, position, bit) => slot | (((number >> bit) & 1) << position), 0);
}

/** Values from the lowest bits on, repeated over all others. */
export function periodicLayout(values: number, shape: SlotShape): SlotLayout {
  const bits = Math.log2(slotsOf(shape));
  const used = Math.min(bits, bitsFor(values));
  return {
    roles: Array.from({ length: bits }, (_, bit) => (bit < used ? 'value' : 'copy')),
    ciphertexts: Math.ceil(values / 2 ** used),
  };
}

/** The value in every slot of every ciphertext; -1 where there is none. */
export function arrangementOf(layout: SlotLayout, values: number): Arrangement {
  const positions = positionsOf(layout, 'value');
  const voids = spreadBits(-1, positionsOf(layout, 'void'));
  const capacity = 2 ** positions.length;
  const index = Array.from({ length: layout.ciphertexts }, (_, ciphertext) =>
    Int32Array.from({ length: 2 ** layout.roles.length }, (_unused, slot) => {
      if ((slot & voids) !== 0) return -1;
      const value = ciphertext * capacity + positions.reduce((number, position, bit) => number | (((slot >> position) & 1) << bit), 0);
      return value < values ? value : -1;
    }),
  );
  return { values, index };
}

/** Whether values lie in the same slots, so that sums can be taken slot by slot. */
export function meet(left: SlotLayout, right: SlotLayout): boolean {
  return left.ciphertexts === right.ciphertexts && left.roles.every((role, bit) => (role === 'value') === (right.roles[bit] === 'value'));
}

/** The layout of a sum of layouts that meet: slots are of use where all of them are. */
export function commonLayout([first, ...others]: readonly SlotLayout[]): SlotLayout {
  const roles = first!.roles.map((role, bit) => (others.some((other) => other.roles[bit] === 'void') ? 'void' : role));
  return { ...first!, roles };
}
