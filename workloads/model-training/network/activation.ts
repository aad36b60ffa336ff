/**
 * Training through an activation.
 *
 * @module
 */
import type { Layer } from '../../network/network.ts';
import { type Differentiable, exact, type TrainedActivation } from './stand-in.ts';
import type { Trainable } from './trainable.ts';

/**
 * A cost of inputs outside of [-bound, bound]: weight / 2 * (|x| - bound)^2 each. Under encryption the range of an activation's inputs
 * decides how closely a polynomial stands for it, and few far values widen the range for all.
 */
export interface RangeCost {
  readonly bound: number;
  readonly weight: number;
}

export interface ActivationTraining {
  readonly cost?: RangeCost;
  /** The function for one batch of training; left out: the activation itself. */
  readonly draw?: () => Differentiable;
}

export class TrainableActivation implements Trainable {
  readonly parameters = [];
  readonly outputs: number;
  readonly #name: string;
  readonly #activation: TrainedActivation;
  readonly #training: ActivationTraining;
  #function: Differentiable;
  #batch = 0;
  #input: Float64Array = new Float64Array(0);
  #output = new Float64Array(0);
  #inputGradient = new Float64Array(0);

  constructor(name: string, activation: TrainedActivation, values: number, training: ActivationTraining = {}) {
    this.#name = name;
    this.#activation = activation;
    this.#training = training;
    this.#function = exact[activation];
    this.outputs = values;
  }

  forward(input: Float64Array, batch: number, training: boolean): Float64Array {
    this.#batch = batch;
    if (this.#output.length !== input.length) {
      this.#output = new Float64Array(input.length);
      this.#inputGradient = new Float64Array(input.length);
    }
    this.#input = input;
    this.#function = (training ? this.#training.draw?.() : undefined) ?? exact[this.#activation];
    const { apply } = this.#function;
    for (let index = 0; index < input.length; index++) this.#output[index] = apply(input[index]!);
    return this.#output;
  }

  backward(gradient: Float64Array): Float64Array {
    const { derivative } = this.#function;
    for (let index = 0; index < gradient.length; index++) {
      this.#inputGradient[index] = gradient[index]! * derivative(this.#input[index]!);
    }
    if (this.#training.cost !== undefined) this.#addCostGradient(this.#training.cost);
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
