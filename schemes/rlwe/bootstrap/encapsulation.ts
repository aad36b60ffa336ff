/**
 * The ephemeral secret of a bootstrap, as far as plans know it.
 *
 * @module
 */
import type { Hardness } from '../../scheme.ts';
import { createPrimes } from '../numbers/primes.ts';
import type { RlweParameters } from '../program/program.ts';
import { splitPrimes } from '../program/special-primes.ts';

/** Of the key under the ephemeral secret: modulo the first prime of either kind. Empty where a set has no such secret. */
export function encapsulationHardness(parameters: RlweParameters): readonly Hardness[] {
  const weight = parameters.bootstrap?.ephemeralWeight ?? null;
  if (weight === null) return [];
  const { degree, modulus_bits } = parameters;
  const { data, special } = splitPrimes(parameters, createPrimes(degree, modulus_bits));
  const modulus_log2 = Math.log2(Number(data[0]!)) + Math.log2(Number(special[0]!));
  return [{ key: 'ephemeral', problem: 'rlwe', dimension: degree, modulus_log2, error_log2: null, secret: 'ternary', weight }];
}
