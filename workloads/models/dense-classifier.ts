/**
 * The committed 784x10 classifier of handwritten digits.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { EnigmarkError } from '../../schemes/errors.ts';
import type { DenseLayer } from '../network/dense.ts';
import { readSafetensors, type TensorFile } from '../network/file/safetensors.ts';

export const DENSE_CLASSIFIER_FILE = new URL('dense-784x10.safetensors', import.meta.url);

const INPUTS = 28 * 28;
const CLASSES = 10;

function tensorOf(tensors: TensorFile, name: string, shape: readonly number[]): Float64Array {
  const tensor = tensors.read(name);
  if (tensor?.shape.join() !== shape.join()) {
    throw new EnigmarkError('MODEL_SHAPE', {
      expected: `tensor "${name}" of shape ${shape.join(' x ')} in dense-784x10.safetensors`,
      got: tensor === null ? 'none' : tensor.shape.join(' x '),
      remedy: 'train it again with npm run train -- dense-784x10',
    });
  }
  return tensor.data;
}

/**
 * Weights and bias, as trained by `../model-training/train-dense.ts`; inputs are pixels from 0 to 1.
 *
 * @throws EnigmarkError MODEL_SHAPE, and as `readSafetensors` does
 */
export function loadDenseClassifier(): DenseLayer {
  const tensors = readSafetensors(readFileSync(DENSE_CLASSIFIER_FILE));
  return {
    kind: 'dense',
    name: 'dense',
    inputs: INPUTS,
    outputs: CLASSES,
    weights: tensorOf(tensors, 'weight', [CLASSES, INPUTS]),
    bias: tensorOf(tensors, 'bias', [CLASSES]),
  };
}
