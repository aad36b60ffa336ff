/**
 * For tests: cases of the ONNX project, each a model with inputs and the outputs that it must have.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import { graphOf, type Network } from '../network/network.ts';
import { chainOf } from '../network/chain.ts';
import { evaluateChain } from '../network/chain.fixture.ts';
import { evaluateNetwork } from '../network/reference.ts';
import { lowerFor, type LoweredModel } from './lower.ts';
import { readModel } from './model.ts';
import { type ConstantTensor, readTensor } from './tensor.ts';
import type { ClientFunction } from './values.ts';

/** Files of a case, as they are. */
export interface ConformanceCase {
  readonly model: Uint8Array;
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}

const CLIENT: Readonly<Record<ClientFunction, (outputs: Float64Array) => Float64Array>> = {
  sigmoid: (outputs) => outputs.map((x) => 1 / (1 + Math.exp(-x))),
  softmax: (outputs) => {
    const powers = outputs.map((x) => Math.exp(x - Math.max(...outputs)));
    return powers.map((power) => power / powers.reduce((sum, other) => sum + other, 0));
  },
  logSoftmax: (outputs) => CLIENT.softmax(outputs).map(Math.log),
  argmax: (outputs) => Float64Array.of(outputs.indexOf(Math.max(...outputs))),
  normalise: (outputs) => outputs.map((x) => x / outputs.reduce((sum, other) => sum + Math.abs(other), 0)),
};

function networkOf({ input, layers }: LoweredModel): Network {
  return { input: { shape: input, min: -1, max: 1 }, layers };
}

/** Outputs of the model for a sample, the client's part included. */
export function outputsOf(lowered: LoweredModel, sample: Float64Array): Float64Array {
  // Nothing but shapes: a network that computes nothing is refused.
  const isEmpty = lowered.layers.every(({ kind }) => kind === 'reshape');
  const outputs = isEmpty ? sample : evaluateNetwork(networkOf(lowered), sample);
  return lowered.leftToClient === null ? outputs : CLIENT[lowered.leftToClient](outputs);
}

/** As `outputsOf`, by the matrices that planners use. */
export function chainOutputsOf(lowered: LoweredModel, sample: Float64Array): Float64Array {
  graphOf(networkOf(lowered));
  const outputs = evaluateChain(chainOf(networkOf(lowered)), sample).at(-1)!;
  return lowered.leftToClient === null ? outputs : CLIENT[lowered.leftToClient](outputs);
}

/**
 * The greatest error of a case over its data, counted in 1 and in the outputs' size. Inputs beside the first are made constants: they
 * are weights. Where the first size is a batch, samples are computed one by one.
 */
export function conformanceError({ model: bytes, inputs, outputs }: ConformanceCase): number {
  const read = readModel(bytes);
  const tensors = inputs.map((input) => readTensor(input).tensor);
  const [data, ...weights] = tensors as [ConstantTensor, ...ConstantTensor[]];
  const [first, ...others] = read.inputs;
  const constants = new Map([...read.constants, ...others.map(({ name }, at) => [name, weights[at]!] as const)]);
  const model = { ...read, inputs: [{ ...first!, shape: data.shape }], constants, outputs: read.outputs.slice(0, 1) };
  const expected = readTensor(outputs[0]!).tensor.data;
  const errorOf = (lowered: LoweredModel, rows: number): number => {
    const size = data.data.length / rows;
    const found = Array.from({ length: rows }, (_, row) => [...outputsOf(lowered, data.data.slice(row * size, (row + 1) * size))]).flat();
    if (found.length !== expected.length) return Infinity;
    return found.reduce((most, value, at) => Math.max(most, Math.abs(value - expected[at]!) / Math.max(1, Math.abs(expected[at]!))), 0);
  };
  try {
    return errorOf(lowerFor(model, data.shape), 1);
  } catch (error) {
    if (!(error instanceof EnigmarkError) || data.shape.length < 2) throw error;
    return errorOf(lowerFor(model, [1, ...data.shape.slice(1)]), data.shape[0]!);
  }
}
