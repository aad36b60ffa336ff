/**
 * Training through an activation.
 *
 * @module
 */
import { type ActivationName, activations } from '../../network/activation.ts';
import type { Layer } from '../../network/network.ts';
import type { Trainable } from './trainable.ts';

/**
 * Derivatives. For sign that of the function clipped to [-1, 1] stands in (straight-through estimator with saturation: Hubara et al.,
 * "Binarized neural networks", NIPS 2016, section 1.2).
 */
const derivatives: Readonly<Record<ActivationName, (x: number) => number>> = {
  square: (x) => 2 * x,
  relu: (x) => (x > 0 ? 1 : 0),
  sign: (x) => (Math.abs(x) <= 1 ? 1 : 0),
  sigmoid: (x) => activations.sigmoid(x) * activations.sigmoid(-x),
};

export class TrainableActivation implements Trainable {
  readonly parameters = [];
  readonly outputs: number;
  readonly #name: string;
  readonly #activation: ActivationName;
  #input: Float64Array = new Float64Array(0);
  #output = new Float64Array(0);
  #inputGradient = new Float64Array(0);

  constructor(name: string, activation: ActivationName, values: number) {
    this.#name = name;
    this.#activation = activation;
    this.outputs = values;
  }

  forward(input: Float64Array): Float64Array {
    if (this.#output.length !== input.length) {
      this.#output = new Float64Array(input.length);
      this.#inputGradient = new Float64Array(input.length);
    }
    this.#input = input;
    const apply = activations[this.#activation];
    for (let index = 0; index < input.length; index++) this.#output[index] = apply(input[index]!);
    return this.#output;
  }

  backward(gradient: Float64Array): Float64Array {
    const derivative = derivatives[this.#activation];
    for (let index = 0; index < gradient.length; index++) {
      this.#inputGradient[index] = gradient[index]! * derivative(this.#input[index]!);
    }
    return this.#inputGradient;
  }

  finish(layers: Layer[]): void {
    layers.push({ kind: 'activation', name: this.#name, activation: this.#activation });
  }
}
