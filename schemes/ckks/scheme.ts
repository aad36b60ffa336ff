/**
 * CKKS on node-seal.
 *
 * @module
 */
import { runsHere } from '../rlwe/compile/kernel-choice.ts';
import type { RlweParameters } from '../rlwe/program/program.ts';
import type { HEScheme } from '../scheme.ts';
import { libraryVersion } from '../seal/runtime.ts';
import { compile, operations } from './compile.ts';
import { parameterSets, shapes } from './parameters.ts';

export const scheme: HEScheme = {
  id: 'ckks',
  scheme: 'ckks',
  library: { name: 'node-seal', version: libraryVersion(), kernels: ['library', 'own'] },
  family: 'leveled',
  arithmetic: 'real',
  get operations() {
    const bootstraps = Object.values<RlweParameters>(parameterSets).some((set) => set.bootstrap !== undefined && runsHere(set, 'own'));
    return bootstraps ? operations : new Set([...operations].filter((op) => op !== 'bootstrap'));
  },
  // Without fused arithmetic no kernels run the largest ring.
  get shapes() {
    return shapes.filter(({ columns }) => Object.values(parameterSets).some((set) => set.degree === 2 * columns && runsHere(set, 'own')));
  },
  parameterSets,
  compile: (circuits, need) => compile(circuits, need),
  // Each side is imported alone: an evaluator never loads the module that makes keys.
  createClient: async (plan) => (await import('../seal/client.ts')).createSealClient('ckks', plan),
  primitives: async (set, kernels) => (await import('../seal/primitives.ts')).sealPrimitives('ckks', set as RlweParameters, kernels),
  createEvaluator: async (compiled, keys, options) =>
    (await import('../seal/choose-evaluator.ts')).createRlweEvaluator('ckks', compiled, keys, options),
};
