/**
 * The evaluator that a plan asks for.
 *
 * @module
 */
import type { Compiled, HEEvaluator, KeyPart, Options } from '../scheme.ts';
import { createOwnEvaluator } from './evaluator.ts';
import { createLibraryEvaluator } from './library-evaluator.ts';
import type { PaillierProgram } from './program/program.ts';

/** @throws EnigmarkError KEYS_INCOMPLETE, KEY_DAMAGED, OUT_OF_MEMORY */
export function createPaillierEvaluator(compiled: Compiled, keys: readonly KeyPart[], options?: Options): HEEvaluator {
  const { kernels } = compiled.evaluator as PaillierProgram;
  return kernels === 'own' ? createOwnEvaluator(compiled, keys, options) : createLibraryEvaluator(compiled, keys);
}
