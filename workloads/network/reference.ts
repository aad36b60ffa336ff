/**
 * The float network in the clear: what every encrypted result is compared with.
 *
 * @module
 */
import type { DenseLayer, Network } from './network.ts';

function evaluateDense(layer: DenseLayer, input: Float64Array): Float64Array {
  const output = Float64Array.from(layer.bias);
  for (let row = 0; row < layer.outputs; row++) {
    const first = row * layer.inputs;
    let sum = 0;
    for (let column = 0; column < layer.inputs; column++) sum += layer.weights[first + column]! * input[column]!;
    output[row]! += sum;
  }
  return output;
}

/** Outputs of the last layer for one input, in float64. */
export function evaluateNetwork(network: Network, input: Float64Array): Float64Array {
  return network.layers.reduce((values, layer) => evaluateDense(layer, values), input);
}

/** Index of the largest value, the first of equals: the predicted class. */
export function predictedClass(outputs: Float64Array): number {
  return outputs.indexOf(Math.max(...outputs));
}
