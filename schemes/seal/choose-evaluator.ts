/**
 * The evaluator that a plan asks for: the library's operations, or our kernels where the engine computes what they need.
 *
 * @module
 */
import { EnigmarkError } from '../errors.ts';
import { createOwnEvaluator } from '../rlwe/evaluate/evaluator.ts';
import { fusedArithmetic } from '../rlwe/kernel/kernel.ts';
import type { RlweProgram } from '../rlwe/program/program.ts';
import type { Compiled, HEEvaluator, KeyPart, Options } from '../scheme.ts';
import type { SealScheme } from './context.ts';
import { createSealEvaluator } from './evaluator.ts';

/**
 * @throws EnigmarkError KERNELS_UNUSABLE where the engine has no fused arithmetic and the plan comes from one that has;
 * LIBRARY_UNUSABLE, PARAMETERS_REFUSED, KEYS_INCOMPLETE, KEY_DAMAGED
 */
export async function createRlweEvaluator(
  scheme: SealScheme,
  compiled: Compiled,
  keys: readonly KeyPart[],
  options: Options = {},
): Promise<HEEvaluator> {
  const { kernels, restsOnOwnNoise } = compiled.evaluator as RlweProgram;
  if (kernels === 'library') return createSealEvaluator(scheme, compiled, keys, options);
  if (fusedArithmetic()) return { ...(await createOwnEvaluator(scheme, compiled, keys, options)), path: 'fused' };
  if (restsOnOwnNoise) {
    throw new EnigmarkError('KERNELS_UNUSABLE', {
      expected: 'an engine whose relaxed multiply-add rounds once, as where this plan was made',
      got: "one without: the library's operations make more noise than the plan allows",
      remedy: 'compile on this engine, which plans for the library, or ask for --kernels library',
    });
  }
  return { ...(await createSealEvaluator(scheme, compiled, keys, options)), path: 'fallback' };
}
