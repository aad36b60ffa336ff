/**
 * The evaluator that a plan asks for: the library's operations, or our kernels where the engine computes what they need.
 *
 * @module
 */
import { EnigmarkError } from '../errors.ts';
import { createOwnEvaluator, ownKernelsUsable } from '../rlwe/evaluator.ts';
import type { RlweProgram } from '../rlwe/program.ts';
import type { Compiled, HEEvaluator, KeyPart, Options } from '../scheme.ts';
import type { SealScheme } from './context.ts';
import { createSealEvaluator } from './evaluator.ts';

/** @throws EnigmarkError KERNELS_UNUSABLE for real numbers without fused arithmetic; LIBRARY_UNUSABLE, PARAMETERS_REFUSED, KEYS_INCOMPLETE, KEY_DAMAGED */
export async function createRlweEvaluator(
  scheme: SealScheme,
  compiled: Compiled,
  keys: readonly KeyPart[],
  options: Options = {},
): Promise<HEEvaluator> {
  const { kernels } = compiled.evaluator as RlweProgram;
  if (kernels === 'library') return createSealEvaluator(scheme, compiled, keys, options);
  const usable = await ownKernelsUsable();
  if (!usable && scheme === 'ckks') {
    throw new EnigmarkError('KERNELS_UNUSABLE', {
      expected: 'an engine whose relaxed multiply-add rounds once',
      got: "one without: the library's key switches err more than this plan's precision allows",
      remedy: 'ask for --kernels library',
    });
  }
  if (usable) return { ...(await createOwnEvaluator(scheme, compiled, keys, options)), path: 'fused' };
  return { ...(await createSealEvaluator(scheme, compiled, keys, options)), path: 'fallback' };
}
