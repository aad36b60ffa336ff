/**
 * Where BFV divides: never before the end. Results are switched down to fewer primes before they are sent, as far as the
 * noise allows: a smaller answer for little work.
 *
 * @module
 */
import type { Levels } from '../rlwe/lower.ts';

/** `limbs`: data primes of the chain. `outputDivisions`: primes that results are divided by. */
export function integerLevels(limbs: number, outputDivisions: number): Levels {
  return {
    input: { limbs, scale: null },
    plainScale: () => null,
    divisions: () => 0,
    outputDivisions: () => outputDivisions,
    divisor: () => 1,
  };
}
