/**
 * TFHE's tables behind SEAL's ring: inputs are encrypted by node-seal, many to a ciphertext, under the secret of node-tfhe; or behind a
 * network's beginning under CKKS, whose last sums are switched to that secret.
 *
 * @module
 */
import type { HEScheme } from '../scheme.ts';
import { libraryVersion } from '../seal/runtime.ts';
import { operations } from '../tfhe/compile.ts';
import { LIBRARY } from '../tfhe/library/library.ts';
import { compile } from './compile.ts';
import { parameterSets } from './parameters.ts';
import { trunkOperations, trunkShapes } from './trunk/compile.ts';
import { isTrunkPlan } from './trunk/plan.ts';

export const scheme: HEScheme = {
  id: 'hybrid',
  scheme: 'hybrid',
  library: { name: `node-seal and ${LIBRARY.name}`, version: `${libraryVersion()} and ${LIBRARY.version}`, kernels: ['own'] },
  family: 'full',
  arithmetic: 'integer',
  operations,
  shapes: [{ rows: 1, columns: 1 }],
  parameterSets,
  trunk: { operations: trunkOperations, shapes: trunkShapes },
  compile,
  // Each side is imported alone: an evaluator never loads the module that makes keys.
  createClient: async (plan, options) =>
    isTrunkPlan(plan)
      ? (await import('./trunk/client.ts')).createTrunkClient(plan)
      : (await import('./client.ts')).createClient(plan, options),
  createEvaluator: async (compiled, keys, options) =>
    isTrunkPlan(compiled.client)
      ? (await import('./trunk/evaluator.ts')).createTrunkEvaluator(compiled, keys, options)
      : (await import('./evaluator.ts')).createEvaluator(compiled, keys, options),
  createSimulator: async (compiled, circuits, options) =>
    isTrunkPlan(compiled.client)
      ? (await import('./trunk/simulator.ts')).createTrunkSimulator(compiled, circuits, options)
      : (await import('../tfhe/simulator.ts')).createSimulator(compiled, circuits, options),
};
