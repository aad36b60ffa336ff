/**
 * Which primes of a chain serve which step of a bootstrap.
 *
 * @module
 */
import type { BootstrapChain, RlweParameters } from '../program/program.ts';
import { dataPrimeCount } from '../program/special-primes.ts';

/** Numbers of data primes at the borders of the steps. */
export interface BootstrapLevels {
  /** What SlotToCoeff starts with, and so a bootstrap. */
  readonly slotToCoeff: number;
  /** What a bootstrap leaves: circuits use primes up to here, for values that were never bootstrapped too. */
  readonly circuit: number;
  /** What EvalMod starts with. */
  readonly evalMod: number;
  /** What CoeffToSlot starts with: all. */
  readonly coeffToSlot: number;
}

/** @throws where the set cannot bootstrap: a bug in the caller. */
export function bootstrapChain({ id, bootstrap }: RlweParameters): BootstrapChain {
  if (bootstrap === undefined) throw new Error(`set '${id}' has no primes for bootstrapping`);
  return bootstrap;
}

export function bootstrapLevels(parameters: RlweParameters): BootstrapLevels {
  const { slotToCoeff, evalMod, coeffToSlot } = bootstrapChain(parameters);
  const all = dataPrimeCount(parameters);
  return { slotToCoeff: 1 + slotToCoeff, circuit: all - coeffToSlot - evalMod, evalMod: all - coeffToSlot, coeffToSlot: all };
}

/** Data primes that circuits may use: all, but for those that a bootstrap needs for itself. */
export function circuitLimbs(parameters: RlweParameters): number {
  return parameters.bootstrap === undefined ? dataPrimeCount(parameters) : bootstrapLevels(parameters).circuit;
}
