/**
 * TFHE's tables behind SEAL's ring: inputs are encrypted by node-seal, many to a ciphertext, under the secret of node-tfhe.
 *
 * @module
 */
import type { HEScheme } from '../scheme.ts';
import { libraryVersion } from '../seal/runtime.ts';
import { operations } from '../tfhe/compile.ts';
import { LIBRARY } from '../tfhe/library/library.ts';
import { compile } from './compile.ts';
import { parameterSets } from './parameters.ts';

export const scheme: HEScheme = {
  id: 'hybrid',
  scheme: 'hybrid',
  library: { name: `node-seal and ${LIBRARY.name}`, version: `${libraryVersion()} and ${LIBRARY.version}`, kernels: ['own'] },
  family: 'full',
  arithmetic: 'integer',
  operations,
  shapes: [{ rows: 1, columns: 1 }],
  parameterSets,
  compile,
  // Each side is imported alone: an evaluator never loads the module that makes keys.
  createClient: async (plan, options) => (await import('./client.ts')).createClient(plan, options),
  createEvaluator: async (compiled, keys, options) => (await import('./evaluator.ts')).createEvaluator(compiled, keys, options),
  createSimulator: async (compiled, circuits, options) =>
    (await import('../tfhe/simulator.ts')).createSimulator(compiled, circuits, options),
};
