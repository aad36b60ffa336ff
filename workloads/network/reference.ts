/**
 * The float network in the clear: what every encrypted result is compared with. Layer by layer as defined, not by the matrices that
 * planners use.
 *
 * @module
 */
import { activations } from './activation.ts';
import { evaluateAveragePool } from './average-pool.ts';
import { evaluateConv2d } from './conv2d.ts';
import { evaluateDense } from './dense.ts';
import { expectInput, type Layer, layerShapes, type Network } from './network.ts';
import type { Shape } from './shape.ts';

function evaluateLayer(layer: Layer, input: Float64Array, shape: Shape): Float64Array {
  switch (layer.kind) {
    case 'dense':
      return evaluateDense(layer, input);
    case 'conv2d':
      return evaluateConv2d(layer, input, shape);
    case 'averagePool':
      return evaluateAveragePool(layer, input, shape);
    case 'activation':
      return input.map(activations[layer.activation]);
    case 'flatten':
      return input;
  }
}

/**
 * Outputs of every layer in turn for one input, in float64.
 *
 * @throws EnigmarkError as `layerShapes` and `expectInput` do
 */
export function evaluateLayers(network: Network, input: Float64Array): readonly Float64Array[] {
  expectInput(network, input);
  const shapes = layerShapes(network);
  let values = input;
  return network.layers.map((layer, index) => (values = evaluateLayer(layer, values, shapes[index]!)));
}

/** Outputs of the last layer, as `evaluateLayers` finds them. */
export function evaluateNetwork(network: Network, input: Float64Array): Float64Array {
  return evaluateLayers(network, input).at(-1)!;
}

/** Index of the largest value, the first of equals: the predicted class. */
export function predictedClass(outputs: Float64Array): number {
  return outputs.indexOf(Math.max(...outputs));
}
