/**
 * TFHE: keys, encryption and decryption by node-tfhe, evaluation by Enigmark's kernel on node-tfhe's bytes.
 *
 * @module
 */
import type { HEScheme } from '../scheme.ts';
import { compile, operations } from './compile.ts';
import { LIBRARY } from './library/library.ts';
import { parameterSets, type TfheParameters } from './parameters.ts';

export const scheme: HEScheme = {
  id: 'tfhe',
  scheme: 'tfhe',
  library: { ...LIBRARY, kernels: ['own'] },
  family: 'full',
  arithmetic: 'integer',
  operations,
  shapes: [{ rows: 1, columns: 1 }],
  parameterSets,
  compile,
  // Each side is imported alone: an evaluator never loads the module that makes keys.
  createClient: async (plan, options) => (await import('./client.ts')).createClient(plan, options),
  createEvaluator: async (compiled, keys, options) => (await import('./evaluator.ts')).createEvaluator(compiled, keys, options),
  createSimulator: async (compiled, circuits, options) => (await import('./simulator.ts')).createSimulator(compiled, circuits, options),
  primitives: async (set) => (await import('./primitives/primitives.ts')).tfhePrimitives(set as TfheParameters),
};
