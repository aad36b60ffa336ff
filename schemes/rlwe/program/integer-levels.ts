/**
 * Where the integer schemes divide.
 *
 * @module
 */
import type { Levels } from './lower.ts';

export interface Divisions {
  /** Primes to divide by between two multiplications (BGV: its noise multiplies; BFV: none). */
  readonly perProduct: number;
  /** Primes that results are divided by before they are sent: a smaller answer for little work. */
  readonly output: number;
}

/** `limbs`: data primes of the chain. */
export function integerLevels(limbs: number, { perProduct, output }: Divisions): Levels {
  return {
    input: () => ({ limbs, scale: null }),
    plainScale: () => null,
    divisions: (_value, products) => (products > 0 ? perProduct : 0),
    outputDivisions: ({ limbs: left }) => Math.min(output, left - 1),
    divisor: () => 1,
  };
}
