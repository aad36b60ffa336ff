/**
 * Samples that come with a network file: tensor `inputs`, a sample per row, and where there are any `calibration` and `labels` or
 * `targets`. Labels of one output that are not all 0 or 1 are numbers to be estimated, and so are labels of one number for each output,
 * unless every row is a one among zeros.
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
  /** Index of the right output, one per sample, of one output 0 or 1; null: no tensor of them. */
  readonly labels: Uint32Array | null;
  /** Right outputs of every sample as numbers; null: no tensor of them. */
  readonly targets: readonly Float64Array[] | null;
  /** Other inputs, which ranges are measured on; null: no tensor of them. */
  readonly calibration: readonly Float64Array[] | null;
}

function refuse(expected: string, got: string): never {
  throw new EnigmarkError('NETWORK_SAMPLES', { expected, got, remedy: 'write the file of samples again' });
}

/** Names that people give to the same tensors. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  inputs: ['inputs', 'x', 'X', 'x_test', 'X_test', 'arr_0'],
  labels: ['labels', 'y', 'Y', 'y_test', 'Y_test', 'arr_1'],
  targets: ['targets'],
  calibration: ['calibration', 'x_train', 'X_train'],
};

/** The tensor by its first name that the file has. */
function readNamed(tensors: TensorFile, name: string): ReadTensor | null {
  const found = NAMES[name]!.find((candidate) => tensors.names.includes(candidate));
  return found === undefined ? null : tensors.read(found);
}

/** The least and the greatest number in the inputs of a file, for networks that state no interval. @throws EnigmarkError as `readSamples` does */
export function intervalOf(path: string): { readonly min: number; readonly max: number } {
  const tensors = readTensors(path);
  const numbers = ['inputs', 'calibration'].flatMap((name) => readNamed(tensors, name) ?? []);
  let [min, max] = [Infinity, -Infinity];
  for (const { data } of numbers) {
    for (let at = 0; at < data.length; at++) {
      min = Math.min(min, data[at]!);
      max = Math.max(max, data[at]!);
    }
  }
  return { min, max };
}

/** @throws EnigmarkError NETWORK_SAMPLES, and as `readTensors` does */
export function readSamples(path: string, network: Network): Samples {
  const tensors = readTensors(path);
  const [inputs, calibration] = ['inputs', 'calibration'].map((name) => rowsOf(tensors, name, network));
  if (inputs == null) return refuse('a tensor "inputs"', tensors.names.slice(0, 20).join(', ') || 'none');
  return { inputs, ...rightOutputs(tensors, inputs.length, outputCount(network)), calibration: calibration ?? null };
}

function rowsOf(tensors: TensorFile, name: string, { input }: Network): readonly Float64Array[] | null {
  const tensor = readNamed(tensors, name);
  if (tensor === null) return null;
  const { shape, min, max } = input;
  const values = sizeOf(shape);
  const [count = 0, ...rest] = tensor.shape;
  // Values in a row are those of whatever is written row by row.
  const isVector = shape.height === 1 && shape.width === 1;
  const inRow = (rest.length === 1 || isVector) && rest.reduce((product, size) => product * size, 1) === values;
  // Sizes of 1 say nothing: images of one channel may come without it.
  const sizes = (of: readonly number[]): string => of.filter((size) => size !== 1).join();
  const asImage = sizes(rest) === sizes([shape.channels, shape.height, shape.width]);
  if (count === 0 || !(inRow || asImage)) {
    refuse(`"${name}" of shape samples x ${values} or samples x ${shapeText(shape)}`, tensor.shape.join(' x '));
  }
  const outside = tensor.data.find((value) => value < min || value > max);
  if (outside !== undefined) refuse(`${name} from ${min} to ${max}`, `${outside}`);
  return Array.from({ length: count }, (_, index) => tensor.data.slice(index * values, (index + 1) * values));
}

/** Right outputs by class, or as numbers where one output estimates a number. */
type RightOutputs = Pick<Samples, 'labels' | 'targets'>;

const NONE: RightOutputs = { labels: null, targets: null };

function rightOutputs(tensors: TensorFile, count: number, outputs: number): RightOutputs {
  const targets = readNamed(tensors, 'targets');
  const labels = readNamed(tensors, 'labels');
  if (targets !== null && labels !== null) refuse('"labels" or "targets"', 'both');
  if (targets !== null) return { ...NONE, targets: targetsOf(targets, 'targets', count, outputs) };
  if (labels === null) return NONE;
  if (outputs > 1 && labels.shape.join() === `${count},${outputs}`) {
    const classes = oneHot(labels.data, outputs);
    return classes === null ? { ...NONE, targets: targetsOf(labels, 'labels', count, outputs) } : { ...NONE, labels: classes };
  }
  if (outputs === 1 && !labels.data.every((label) => label === 0 || label === 1)) {
    return { ...NONE, targets: targetsOf(labels, 'labels', count, outputs) };
  }
  return { ...NONE, labels: labelsOf(labels, count, Math.max(outputs, 2)) };
}

/** The place of the one among zeros in every row, as some frameworks write classes; null: rows are something else. */
function oneHot(data: Float64Array, outputs: number): Uint32Array | null {
  const rows = Array.from({ length: data.length / outputs }, (_, row) => data.subarray(row * outputs, (row + 1) * outputs));
  const isOneHot = rows.every((row) => row.every((value) => value === 0 || value === 1) && row.filter((value) => value === 1).length === 1);
  return isOneHot ? Uint32Array.from(rows, (row) => row.indexOf(1)) : null;
}

function targetsOf({ shape, data }: ReadTensor, name: string, count: number, outputs: number): readonly Float64Array[] {
  const isColumn = outputs === 1 && shape.join() === `${count}`;
  if (!isColumn && shape.join() !== `${count},${outputs}`) refuse(`"${name}" of shape ${count} x ${outputs}`, shape.join(' x '));
  return Array.from({ length: count }, (_, sample) => data.slice(sample * outputs, (sample + 1) * outputs));
}

function labelsOf({ shape, data }: ReadTensor, count: number, classes: number): Uint32Array {
  if (shape.join() !== `${count}` && shape.join() !== `${count},1`) refuse(`"labels" of shape ${count}`, shape.join(' x '));
  const wrong = data.find((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (wrong !== undefined) refuse(`labels from 0 to ${classes - 1}`, `${wrong}`);
  return Uint32Array.from(data);
}
