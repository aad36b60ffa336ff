/**
 * The float network in the clear: what every encrypted result is compared with. Layer by layer as defined, not by the matrices that
 * planners use.
 *
 * @module
 */
import { functionOf } from './activation.ts';
import { evaluateAveragePool } from './average-pool.ts';
import { evaluateConv2d } from './conv2d.ts';
import { evaluateDense } from './dense.ts';
import { applyMap } from './linear-map.ts';
import { evaluateMaxPool } from './max-pool.ts';
import { evaluateMerge } from './merge.ts';
import { expectInput, graphOf, type Layer, type Network } from './network.ts';
import { evaluateScale } from './scale.ts';
import type { Shape } from './shape.ts';

function evaluateLayer(layer: Layer, inputs: readonly Float64Array[], shapes: readonly Shape[]): Float64Array {
  const [input, shape] = [inputs[0]!, shapes[0]!];
  switch (layer.kind) {
    case 'dense':
      return evaluateDense(layer, input);
    case 'conv2d':
      return evaluateConv2d(layer, input, shape);
    case 'averagePool':
      return evaluateAveragePool(layer, input, shape);
    case 'maxPool':
      return evaluateMaxPool(layer, input, shape);
    case 'scale':
      return evaluateScale(layer, input);
    case 'activation':
      return input.map(functionOf(layer));
    case 'matrix':
      return applyMap(layer.map, input);
    case 'flatten':
    case 'reshape':
      return input;
    case 'add':
    case 'concat':
      return evaluateMerge(layer, inputs);
  }
}

/**
 * Outputs of every layer in turn for one input, in float64.
 *
 * @throws EnigmarkError as `graphOf` and `expectInput` do
 */
export function evaluateLayers(network: Network, input: Float64Array): readonly Float64Array[] {
  expectInput(network, input);
  const { layers, shapes } = graphOf(network);
  const values = [input];
  for (const { layer, of } of layers) {
    const [inputs, inputShapes] = [of.map((value) => values[value]!), of.map((value) => shapes[value]!)];
    values.push(evaluateLayer(layer, inputs, inputShapes));
  }
  return values.slice(1);
}

/** Outputs of the last layer, as `evaluateLayers` finds them. */
export function evaluateNetwork(network: Network, input: Float64Array): Float64Array {
  return evaluateLayers(network, input).at(-1)!;
}

/** Index of the largest value, the first of equals: the predicted class. */
export function predictedClass(outputs: Float64Array): number {
  return outputs.indexOf(Math.max(...outputs));
}
