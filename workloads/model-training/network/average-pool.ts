/**
 * Training through average pooling: gradients are shared out evenly.
 *
 * @module
 */
import { type AveragePoolLayer, averagePoolMap } from '../../network/average-pool.ts';
import type { Layer } from '../../network/network.ts';
import { type Shape, sizeOf } from '../../network/shape.ts';
import type { Trainable } from './trainable.ts';

export class TrainableAveragePool implements Trainable {
  readonly parameters = [];
  readonly outputs: number;
  readonly #layer: AveragePoolLayer;
  readonly #inputs: number;
  /** Inputs of each output in turn, equally many. */
  readonly #indices: Uint32Array;
  readonly #window: number;
  #output = new Float64Array(0);
  #inputGradient = new Float64Array(0);

  constructor(layer: AveragePoolLayer, input: Shape) {
    const { matrix } = averagePoolMap(layer, input);
    this.#layer = layer;
    this.#inputs = sizeOf(input);
    this.outputs = matrix.rows;
    this.#indices = matrix.indices;
    this.#window = layer.height * layer.width;
  }

  forward(input: Float64Array, batch: number): Float64Array {
    if (this.#output.length !== batch * this.outputs) {
      this.#output = new Float64Array(batch * this.outputs);
      this.#inputGradient = new Float64Array(batch * this.#inputs);
    }
    this.#output.fill(0);
    this.#indices.forEach((index, entry) => {
      const to = Math.floor(entry / this.#window);
      for (let sample = 0; sample < batch; sample++) {
        this.#output[sample * this.outputs + to]! += input[sample * this.#inputs + index]! / this.#window;
      }
    });
    return this.#output;
  }

  backward(gradient: Float64Array): Float64Array {
    const batch = gradient.length / this.outputs;
    this.#inputGradient.fill(0);
    this.#indices.forEach((index, entry) => {
      const from = Math.floor(entry / this.#window);
      for (let sample = 0; sample < batch; sample++) {
        this.#inputGradient[sample * this.#inputs + index]! += gradient[sample * this.outputs + from]! / this.#window;
      }
    });
    return this.#inputGradient;
  }

  finish(layers: Layer[]): void {
    layers.push(this.#layer);
  }
}
