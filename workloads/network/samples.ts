/**
 * Samples that come with a network file: tensor `inputs`, a sample per row, and `labels`.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import { type Network, outputCount } from './network.ts';
import { readTensors } from './read-file.ts';
import { shapeText, sizeOf } from './shape.ts';

export interface Samples {
  readonly inputs: readonly Float64Array[];
  /** Index of the right output, one per sample; null: no tensor of them. */
  readonly labels: Uint8Array | null;
}

/** Labels are kept as bytes. */
const MOST_CLASSES = 256;

function refuse(expected: string, got: string): never {
  throw new EnigmarkError('NETWORK_SAMPLES', { expected, got, remedy: 'write the file of samples again' });
}

/** @throws EnigmarkError NETWORK_SAMPLES, and as `readTensors` does */
export function readSamples(path: string, network: Network): Samples {
  const tensors = readTensors(path);
  const { shape, min, max } = network.input;
  const values = sizeOf(shape);
  const inputs = tensors.get('inputs') ?? refuse('a tensor "inputs"', [...tensors.keys()].slice(0, 20).join(', ') || 'none');
  const [count = 0, ...rest] = inputs.shape;
  const inRow = rest.length === 1 && rest[0] === values;
  const asImage = rest.join() === [shape.channels, shape.height, shape.width].join();
  if (count === 0 || !(inRow || asImage)) {
    refuse(`"inputs" of shape samples x ${values} or samples x ${shapeText(shape)}`, inputs.shape.join(' x '));
  }
  const outside = inputs.data.find((value) => value < min || value > max);
  if (outside !== undefined) refuse(`inputs from ${min} to ${max}`, `${outside}`);
  return {
    inputs: Array.from({ length: count }, (_, index) => Float64Array.from(inputs.data.subarray(index * values, (index + 1) * values))),
    labels: labelsOf(tensors.get('labels'), count, Math.min(outputCount(network), MOST_CLASSES)),
  };
}

function labelsOf(
  labels: { readonly shape: readonly number[]; readonly data: Float32Array } | undefined,
  count: number,
  classes: number,
): Uint8Array | null {
  if (labels === undefined) return null;
  if (labels.shape.join() !== `${count}`) refuse(`"labels" of shape ${count}`, labels.shape.join(' x '));
  const wrong = labels.data.find((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (wrong !== undefined) refuse(`labels from 0 to ${classes - 1}`, `${wrong}`);
  return Uint8Array.from(labels.data);
}
