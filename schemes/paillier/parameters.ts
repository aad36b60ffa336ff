/**
 * Parameter sets: the size of n = p q is all there is.
 *
 * @module
 */
import type { SlotShape } from '../circuit.ts';
import type { Hardness, ParameterSet } from '../scheme.ts';

export interface PaillierParameters extends ParameterSet {
  /** Bits of n, a multiple of 8. */
  readonly modulus_bits: number;
}

export const parameterSets = {
  /** 128 bits against classical attacks; none against quantum computers, which factor. */
  n3072: { id: 'n3072', modulus_bits: 3072 },
  /** For tests: quick, and not secure. */
  'insecure-n512': { id: 'insecure-n512', modulus_bits: 512 },
} as const satisfies Readonly<Record<string, PaillierParameters>>;

/** How many numbers a plaintext is divided among; most first, for a planner takes the first that fits. */
export const shapes: readonly SlotShape[] = [127, 63, 31, 15, 7, 3, 1].map((columns) => ({ rows: 1, columns }));

/** Bytes of n. */
export function modulus_bytes({ modulus_bits }: PaillierParameters): number {
  return modulus_bits / 8;
}

/** Bytes of a ciphertext, a number modulo n^2. */
export function ciphertext_bytes(set: PaillierParameters): number {
  return 2 * modulus_bytes(set);
}

export function hardnessOf({ modulus_bits }: PaillierParameters): readonly Hardness[] {
  return [
    { key: 'factors of n', problem: 'factoring', dimension: modulus_bits, modulus_log2: modulus_bits, error_log2: null, secret: null },
  ];
}
