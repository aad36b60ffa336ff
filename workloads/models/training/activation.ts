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

/**
 * A cost of inputs outside of [-bound, bound]: weight / 2 * (|x| - bound)^2 each. Under encryption the range of an activation's inputs
 * decides how closely a polynomial stands for it, and few far values widen the range for all.
 */
export interface RangeCost {
  readonly bound: number;
  readonly weight: number;
}

export class TrainableActivation implements Trainable {
  readonly parameters = [];
  readonly outputs: number;
  readonly #name: string;
  readonly #activation: ActivationName;
  readonly #cost: RangeCost | null;
  #batch = 0;
  #input: Float64Array = new Float64Array(0);
  #output = new Float64Array(0);
  #inputGradient = new Float64Array(0);

  constructor(name: string, activation: ActivationName, values: number, cost: RangeCost | null = null) {
    this.#cost = cost;
    this.#name = name;
    this.#activation = activation;
    this.outputs = values;
  }

  forward(input: Float64Array, batch: number): Float64Array {
    this.#batch = batch;
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
    if (this.#cost !== null) this.#addCostGradient(this.#cost);
    return this.#inputGradient;
  }

  #addCostGradient({ bound, weight }: RangeCost): void {
    this.#input.forEach((x, index) => {
      const excess = x - Math.max(-bound, Math.min(bound, x));
      if (excess !== 0) this.#inputGradient[index]! += (weight * excess) / this.#batch;
    });
  }

  finish(layers: Layer[]): void {
    layers.push({ kind: 'activation', name: this.#name, activation: this.#activation });
  }
}
