/**
 * BFV on node-seal.
 *
 * @module
 */
import { integerOperations } from '../rlwe/compile/compile-integers.ts';
import { integerShapes } from '../rlwe/compile/integer-sets.ts';
import type { RlweParameters } from '../rlwe/program/program.ts';
import type { HEScheme } from '../scheme.ts';
import { libraryVersion } from '../seal/runtime.ts';
import { compile } from './compile.ts';
import { parameterSets } from './parameters.ts';

export const scheme: HEScheme = {
  id: 'bfv',
  scheme: 'bfv',
  library: { name: 'node-seal', version: libraryVersion(), kernels: ['library', 'own'] },
  family: 'leveled',
  arithmetic: 'integer',
  operations: integerOperations,
  shapes: integerShapes,
  parameterSets,
  compile,
  // Each side is imported alone: an evaluator never loads the module that makes keys.
  createClient: async (plan) => (await import('../seal/client.ts')).createSealClient('bfv', plan),
  primitives: async (set, kernels) => (await import('../seal/primitives.ts')).sealPrimitives('bfv', set as RlweParameters, kernels),
  createEvaluator: async (compiled, keys, options) =>
    (await import('../seal/choose-evaluator.ts')).createRlweEvaluator('bfv', compiled, keys, options),
};
