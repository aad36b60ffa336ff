/**
 * Flattening: values are in the right order already.
 *
 * @module
 */
import type { Layer } from '../../network/network.ts';
import type { Trainable } from './trainable.ts';

export class TrainableFlatten implements Trainable {
  readonly parameters = [];
  readonly outputs: number;

  constructor(values: number) {
    this.outputs = values;
  }

  forward(input: Float64Array): Float64Array {
    return input;
  }

  backward(gradient: Float64Array): Float64Array {
    return gradient;
  }

  finish(layers: Layer[]): void {
    layers.push({ kind: 'flatten', name: 'flatten' });
  }
}
