/**
 * A neural network as a list of layers over float weights. Each reads the one before it, or those that it names (`wiring.ts`).
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import { type ActivationLayer, expectParameters } from './activation.ts';
import { type AveragePoolLayer, averagePoolShape } from './average-pool.ts';
import { type Conv2dLayer, conv2dShape } from './conv2d.ts';
import { type DenseLayer, denseShape } from './dense.ts';
import { refuseLayer } from './layer-error.ts';
import { type MaxPoolLayer, maxPoolShape } from './max-pool.ts';
import { matrixShape, type MatrixLayer, reshapeShape, type ReshapeLayer } from './matrix.ts';
import { type MergeLayer, mergeShape } from './merge.ts';
import { type ScaleLayer, scaleShape } from './scale.ts';
import { type Shape, shapeText, sizeOf, vectorShape } from './shape.ts';
import { operandsOf, type Wired } from './wiring.ts';

export type { DenseLayer } from './dense.ts';

/** All values in a row, in the order they have. */
export interface FlattenLayer {
  readonly kind: 'flatten';
  readonly name: string;
}

/** Layers that read one value. */
export type SingleLayer = (
  DenseLayer | Conv2dLayer | AveragePoolLayer | MaxPoolLayer | ScaleLayer | MatrixLayer | ActivationLayer | FlattenLayer | ReshapeLayer
) &
  Wired;

export type Layer = SingleLayer | (MergeLayer & Wired);

export interface NetworkInput {
  readonly shape: Shape;
  /** Every input value lies from min to max. */
  readonly min: number;
  readonly max: number;
}

export interface Network {
  readonly input: NetworkInput;
  readonly layers: readonly Layer[];
}

/** A ciphertext per value is 100 KB and more. */
const MOST_VALUES = 2 ** 20;

/** @throws EnigmarkError NETWORK_SHAPE */
export function outputShape(layer: Layer, inputs: readonly Shape[]): Shape {
  const [input, ...others] = inputs as [Shape, ...Shape[]];
  if (layer.kind === 'add' || layer.kind === 'concat') return mergeShape(layer, inputs);
  if (others.length > 0) refuseLayer(layer.name, 'one input', `${inputs.length}`);
  switch (layer.kind) {
    case 'dense':
      return denseShape(layer, input);
    case 'conv2d':
      return conv2dShape(layer, input);
    case 'averagePool':
      return averagePoolShape(layer, input);
    case 'maxPool':
      return maxPoolShape(layer, input);
    case 'matrix':
      return matrixShape(layer, input);
    case 'reshape':
      return reshapeShape(layer, input);
    case 'scale':
      return scaleShape(layer, input);
    case 'activation':
      expectParameters(layer);
      return input;
    case 'flatten':
      return vectorShape(sizeOf(input));
  }
}

/** A layer, and the numbers of the values that it reads: value 0 is the network's input, value i + 1 is what layer i makes. */
export interface PlacedLayer {
  readonly layer: Layer;
  readonly of: readonly number[];
}

/** The layers of a network with what each reads, and the shape of every value. */
export interface NetworkGraph {
  readonly layers: readonly PlacedLayer[];
  readonly shapes: readonly Shape[];
}

/**
 * The network as a graph, checked.
 *
 * @throws EnigmarkError NETWORK_SHAPE, NETWORK_EMPTY, NETWORK_TOO_LARGE, and as `operandsOf` does
 */
export function graphOf({ input, layers }: Network): NetworkGraph {
  if (!layers.some(({ kind }) => kind !== 'flatten' && kind !== 'reshape')) {
    throw new EnigmarkError('NETWORK_EMPTY', {
      expected: 'at least one layer that computes',
      got: layers.length === 0 ? 'no layer' : 'nothing but flatten',
      remedy: 'add a dense or a conv2d layer',
    });
  }
  const operands = operandsOf(layers);
  const shapes = [input.shape];
  for (const [at, layer] of layers.entries()) {
    const shape = outputShape(
      layer,
      operands[at]!.map((value) => shapes[value]!),
    );
    if (!(sizeOf(shape) <= MOST_VALUES)) {
      throw new EnigmarkError('NETWORK_TOO_LARGE', {
        expected: `at most ${MOST_VALUES} values after layer "${layer.name}"`,
        got: shapeText(shape),
        remedy: 'take a smaller network: one of this size is out of reach under encryption',
      });
    }
    shapes.push(shape);
  }
  return { layers: layers.map((layer, at) => ({ layer, of: operands[at]! })), shapes };
}

/** Values of the last layer. */
export function outputCount(network: Network): number {
  return sizeOf(graphOf(network).shapes.at(-1)!);
}

/** @throws EnigmarkError NETWORK_SHAPE where a sample has another number of values than the network's input. */
export function expectInput({ input }: Network, sample: Float64Array): void {
  if (sample.length !== sizeOf(input.shape))
    refuseLayer('input', `${sizeOf(input.shape)} values (${shapeText(input.shape)})`, `${sample.length}`);
}
