/**
 * The evaluator: TFHE's, with inputs read from ring ciphertexts. It holds no secret, and neither library.
 *
 * @module
 */
import type { Compiled, HEEvaluator, KeyPart, Options } from '../scheme.ts';
import { createEvaluator as createTfheEvaluator } from '../tfhe/evaluator.ts';
import { preferredPath } from '../tfhe/kernel/kernel.ts';
import { inputRing, type HybridParameters } from './parameters.ts';
import { countProducts } from './product-choice.ts';
import { resultPacker } from './packing/result-packer.ts';
import { ringProducts } from './ring-products.ts';
import { openRing, ringReader } from './ring-reader.ts';

/** @throws EnigmarkError KERNELS_UNUSABLE, KEYS_INCOMPLETE, KEY_DAMAGED, OUT_OF_MEMORY */
export function createEvaluator(compiled: Compiled, keys: readonly KeyPart[], options: Options = {}): HEEvaluator {
  const set = compiled.client.parameters as HybridParameters;
  const ring = inputRing(set);
  const workspace = openRing(ring);
  return createTfheEvaluator(compiled, keys, options, preferredPath(), {
    reader: ringReader(ring, workspace),
    products: ringProducts(workspace, (node, of) => countProducts(node, of, set)),
    ...resultPacker(compiled, keys, ring, workspace),
  });
}
