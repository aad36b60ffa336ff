/**
 * The evaluator that a plan asks for: the library's operations, or our kernels where the engine computes what they need.
 *
 * @module
 */
import { createOwnEvaluator, ownKernelsUsable } from '../rlwe/evaluator.ts';
import type { RlweProgram } from '../rlwe/program.ts';
import type { Compiled, HEEvaluator, KeyPart, Options } from '../scheme.ts';
import type { SealScheme } from './context.ts';
import { createSealEvaluator } from './evaluator.ts';

/** @throws EnigmarkError LIBRARY_UNUSABLE, PARAMETERS_REFUSED, KEYS_INCOMPLETE, KEY_DAMAGED */
export async function createRlweEvaluator(
  scheme: SealScheme,
  compiled: Compiled,
  keys: readonly KeyPart[],
  options: Options = {},
): Promise<HEEvaluator> {
  const { kernels } = compiled.evaluator as RlweProgram;
  if (kernels === 'library') return createSealEvaluator(scheme, compiled, keys, options);
  if (await ownKernelsUsable()) return { ...(await createOwnEvaluator(scheme, compiled, keys, options)), path: 'fused' };
  return { ...(await createSealEvaluator(scheme, compiled, keys, options)), path: 'fallback' };
}
