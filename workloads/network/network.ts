/**
 * A neural network as a plain list of layers over float weights.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import type { ActivationLayer } from './activation.ts';
import { type AveragePoolLayer, averagePoolShape } from './average-pool.ts';
import { type Conv2dLayer, conv2dShape } from './conv2d.ts';
import { type DenseLayer, denseShape } from './dense.ts';
import { refuseLayer } from './layer-error.ts';
import { type Shape, shapeText, sizeOf, vectorShape } from './shape.ts';

export type { DenseLayer } from './dense.ts';

/** All values in a row, in the order they have. */
export interface FlattenLayer {
  readonly kind: 'flatten';
  readonly name: string;
}

export type Layer = DenseLayer | Conv2dLayer | AveragePoolLayer | ActivationLayer | FlattenLayer;

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
export function outputShape(layer: Layer, input: Shape): Shape {
  switch (layer.kind) {
    case 'dense':
      return denseShape(layer, input);
    case 'conv2d':
      return conv2dShape(layer, input);
    case 'averagePool':
      return averagePoolShape(layer, input);
    case 'activation':
      return input;
    case 'flatten':
      return vectorShape(sizeOf(input));
  }
}

/**
 * The shape that each layer receives, and that of the output at the end.
 *
 * @throws EnigmarkError NETWORK_SHAPE, NETWORK_EMPTY, NETWORK_NAME (two layers of one name), NETWORK_TOO_LARGE
 */
export function layerShapes({ input, layers }: Network): readonly Shape[] {
  if (!layers.some(({ kind }) => kind !== 'flatten')) {
    throw new EnigmarkError('NETWORK_EMPTY', {
      expected: 'at least one layer that computes',
      got: layers.length === 0 ? 'no layer' : 'nothing but flatten',
      remedy: 'add a dense or a conv2d layer',
    });
  }
  const names = new Set<string>();
  const shapes = [input.shape];
  for (const layer of layers) {
    if (names.has(layer.name)) {
      throw new EnigmarkError('NETWORK_NAME', {
        expected: 'layers of different names',
        got: `"${layer.name}" twice`,
        remedy: 'rename one',
      });
    }
    names.add(layer.name);
    const shape = outputShape(layer, shapes.at(-1)!);
    if (!(sizeOf(shape) <= MOST_VALUES)) {
      throw new EnigmarkError('NETWORK_TOO_LARGE', {
        expected: `at most ${MOST_VALUES} values after layer "${layer.name}"`,
        got: shapeText(shape),
        remedy: 'take a smaller network: one of this size is out of reach under encryption',
      });
    }
    shapes.push(shape);
  }
  return shapes;
}

/** Values of the last layer. */
export function outputCount(network: Network): number {
  return sizeOf(layerShapes(network).at(-1)!);
}

/** @throws EnigmarkError NETWORK_SHAPE where a sample has another number of values than the network's input. */
export function expectInput({ input }: Network, sample: Float64Array): void {
  if (sample.length !== sizeOf(input.shape))
    refuseLayer('input', `${sizeOf(input.shape)} values (${shapeText(input.shape)})`, `${sample.length}`);
}
