/**
 * Paillier: sums of encrypted whole numbers, and multiples of them. Keys, formats and randomness are paillier-bigint's; products modulo
 * n^2 are its own, or our kernel's.
 *
 * @module
 */
import type { HEScheme } from '../scheme.ts';
import { compile, operations } from './compile.ts';
import { parameterSets, shapes } from './parameters.ts';

/** The package's own manifest is not exported. */
const LIBRARY_VERSION = '3.4.3';

export const scheme: HEScheme = {
  id: 'paillier',
  scheme: 'paillier',
  library: { name: 'paillier-bigint', version: LIBRARY_VERSION, kernels: ['library', 'own'] },
  family: 'partial',
  arithmetic: 'integer',
  operations,
  shapes,
  parameterSets,
  compile,
  // Each side is imported alone: an evaluator never loads the module that makes keys.
  createClient: async (plan, options) => (await import('./client.ts')).createClient(plan, options),
  createEvaluator: async (compiled, keys, options) =>
    (await import('./choose-evaluator.ts')).createPaillierEvaluator(compiled, keys, options),
};
