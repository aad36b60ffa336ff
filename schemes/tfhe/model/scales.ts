/**
 * What one counted unit is worth on the torus, port by port and at the edge between client and evaluator.
 *
 * A scale is a whole number of 2^-32: fine against every noise here, and exact under integer weights. Inputs travel as
 * (value - min) in the lower half of the torus, because the library encrypts nothing else; the evaluator adds min back.
 * Where the range needs more than half the torus, the client halves and the evaluator doubles: fresh noise is 2^-48, so
 * that this costs nothing.
 *
 * @module
 */
import { z } from 'zod';
import type { ValueType } from '../../circuit.ts';

/** Units of a scale in the whole torus. */
export const SCALE_UNITS = 2 ** 32;

/** Units in which the library encrypts and decrypts. */
const PHASE_UNITS = 2 ** 33;

export interface PortScale {
  /** Torus per counted unit, in 2^-32. */
  readonly scale: number;
  /** Phase of the range's lowest value, in 2^-32: what the evaluator adds. */
  readonly offset: number;
  /** The client encrypts half of it. */
  readonly halved: boolean;
}

/** The adapter's part of a client plan. */
export const planDetails = z.object({
  scales: z.record(z.string(), z.object({ scale: z.int().positive(), offset: z.int(), halved: z.boolean() })),
});

/** How an input of this range travels at this scale. The range must fit the torus. */
export function portScale(type: ValueType, scale: number): PortScale {
  return { scale, offset: type.min * scale, halved: travelsHalved(type, scale) };
}

/** Whether a range at this scale needs more than the half of the torus that the library encrypts. */
export function travelsHalved(type: ValueType, scale: number): boolean {
  return (type.max - type.min + 1) * scale > SCALE_UNITS / 2;
}

/** What the client encrypts for a value in range, in units of 2^-33 below 2^32. */
export function encode(value: number, { scale, halved }: PortScale, type: ValueType): bigint {
  return BigInt((value - type.min) * scale * (halved ? 1 : 2));
}

/** What the evaluator makes of an input's words: doubled where the client halved, and moved by the range's lowest value. */
export function arrivedPhase(words: BigUint64Array, { offset, halved }: PortScale): BigUint64Array {
  const arrived = halved ? words.map((word) => word << 1n) : words.slice();
  const body = arrived.length - 1;
  arrived[body] = arrived[body]! + (BigInt(offset) << 32n);
  return arrived;
}

/** The whole number nearest to a phase in units of 2^-33, within half a torus of the middle of the range. */
export function decode(phase: number, { scale }: PortScale, type: ValueType): number {
  const middle = (type.min + type.max) / 2;
  const distance = wrapped(phase - 2 * scale * middle);
  // Without the negative zero.
  return Math.round(middle + distance / (2 * scale)) + 0;
}

/**
 * Bits between a phase's error and half a step, where it would decrypt to the next value; negative beyond it. The library
 * gives phases in whole units of 2^-33, so that less than half of one counts as that.
 */
export function margin_bits(phase: number, value: number, { scale }: PortScale): number {
  const error = Math.abs(wrapped(phase - 2 * scale * value));
  return Math.log2(scale / Math.max(error, 1 / 2));
}

function wrapped(phase: number): number {
  return phase - PHASE_UNITS * Math.round(phase / PHASE_UNITS);
}
