/**
 * The adapters with our evaluator, or the library's, whatever kernels a plan names, for tests: clients, keys and plans are theirs.
 *
 * @module
 */
import { scheme as bfv } from '../../bfv/scheme.ts';
import { scheme as bgv } from '../../bgv/scheme.ts';
import { scheme as ckks } from '../../ckks/scheme.ts';
import type { HEScheme } from '../../scheme.ts';
import type { RlweScheme } from '../ring/chain.ts';
import { createSealEvaluator } from '../../seal/evaluator.ts';
import { createOwnEvaluator } from './evaluator.ts';

export const adapters: Readonly<Record<RlweScheme, HEScheme>> = { ckks, bgv, bfv };

export function withOwnKernels(id: RlweScheme): HEScheme {
  return { ...adapters[id], createEvaluator: (compiled, keys, options) => createOwnEvaluator(id, compiled, keys, options) };
}

export function onLibrary(id: RlweScheme): HEScheme {
  return { ...adapters[id], createEvaluator: (compiled, keys, options) => createSealEvaluator(id, compiled, keys, options) };
}
