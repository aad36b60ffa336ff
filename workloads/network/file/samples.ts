/**
 * Samples that come with a network file: tensor `inputs`, a sample per row, and where there are any `labels` and `calibration`.
 *
 * @module
 */
import { EnigmarkError } from '../../../schemes/errors.ts';
import { type Network, outputCount } from '../network.ts';
import { readTensors } from './read-file.ts';
import type { ReadTensor, TensorFile } from './safetensors.ts';
import { shapeText, sizeOf } from '../shape.ts';

export interface Samples {
  readonly inputs: readonly Float64Array[];
  /** Index of the right output, one per sample; null: no tensor of them. */
  readonly labels: Uint32Array | null;
  /** Other inputs, which ranges are measured on; null: no tensor of them. */
  readonly calibration: readonly Float64Array[] | null;
}

function refuse(expected: string, got: string): never {
  throw new EnigmarkError('NETWORK_SAMPLES', { expected, got, remedy: 'write the file of samples again' });
}

/** @throws EnigmarkError NETWORK_SAMPLES, and as `readTensors` does */
export function readSamples(path: string, network: Network): Samples {
  const tensors = readTensors(path);
  const [inputs, calibration] = ['inputs', 'calibration'].map((name) => rowsOf(tensors, name, network));
  if (inputs == null) return refuse('a tensor "inputs"', tensors.names.slice(0, 20).join(', ') || 'none');
  const classes = outputCount(network);
  return { inputs, labels: labelsOf(tensors.read('labels'), inputs.length, classes), calibration: calibration ?? null };
}

function rowsOf(tensors: TensorFile, name: string, { input }: Network): readonly Float64Array[] | null {
  const tensor = tensors.read(name);
  if (tensor === null) return null;
  const { shape, min, max } = input;
  const values = sizeOf(shape);
  const [count = 0, ...rest] = tensor.shape;
  const inRow = rest.length === 1 && rest[0] === values;
  const asImage = rest.join() === [shape.channels, shape.height, shape.width].join();
  if (count === 0 || !(inRow || asImage)) {
    refuse(`"${name}" of shape samples x ${values} or samples x ${shapeText(shape)}`, tensor.shape.join(' x '));
  }
  const outside = tensor.data.find((value) => value < min || value > max);
  if (outside !== undefined) refuse(`${name} from ${min} to ${max}`, `${outside}`);
  return Array.from({ length: count }, (_, index) => tensor.data.slice(index * values, (index + 1) * values));
}

function labelsOf(labels: ReadTensor | null, count: number, classes: number): Uint32Array | null {
  if (labels === null) return null;
  if (labels.shape.join() !== `${count}`) refuse(`"labels" of shape ${count}`, labels.shape.join(' x '));
  const wrong = labels.data.find((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (wrong !== undefined) refuse(`labels from 0 to ${classes - 1}`, `${wrong}`);
  return Uint32Array.from(labels.data);
}
