/**
 * Slots of a plaintext: numbers side by side in one number, slot s counted 2^(s * slot_bits). Numbers are signed: a negative one borrows
 * from the slot above it, and reading gives that back.
 *
 * @module
 */
import type { Values, ValueType } from '../circuit.ts';
import { bitLength } from './numbers/integers.ts';

/** Bits of a slot that holds every number of the types, sign included. Their ends are whole. */
export function slotBits(types: readonly Pick<ValueType, 'min' | 'max'>[]): number {
  const most = types.reduce((reach, { min, max }) => Math.max(reach, -min, max), 0);
  return bitLength(BigInt(Math.ceil(most))) + 1;
}

/**
 * The number that all slots make together; missing ones are zero.
 *
 * @example packSlots(Float64Array.of(3, -1), 8) // 3 - 256
 */
export function packSlots(values: Values, slot_bits: number): bigint {
  const width = BigInt(slot_bits);
  let packed = 0n;
  for (let slot = values.length - 1; slot >= 0; slot--) packed = (packed << width) + BigInt(values[slot]!);
  return packed;
}

/** One number in every slot. */
export function fillSlots(value: number | bigint, slots: number, slot_bits: number): bigint {
  return BigInt(value) * onesOf(slots, slot_bits);
}

/** The slots of a number that `packSlots` made, or that sums of such are. Bigint where slots are wider than doubles hold. */
export function unpackSlots(packed: bigint, slots: number, slot_bits: number): Values {
  const width = BigInt(slot_bits);
  const half = 1n << (width - 1n);
  // Half of a slot more in every slot: none is negative, and none borrows.
  const digits = packed + half * onesOf(slots, slot_bits);
  const slot = (at: number): bigint => BigInt.asUintN(slot_bits, digits >> (width * BigInt(at))) - half;
  return slot_bits <= 53
    ? Float64Array.from({ length: slots }, (_, at) => Number(slot(at)))
    : Array.from({ length: slots }, (_, at) => slot(at));
}

/** 1 in every slot. */
function onesOf(slots: number, slot_bits: number): bigint {
  return ((1n << BigInt(slots * slot_bits)) - 1n) / ((1n << BigInt(slot_bits)) - 1n);
}
