/**
 * Layers while they are trained: forward over a batch, backward by the chain rule.
 *
 * @module
 */
import type { Layer } from '../../network/network.ts';

/** Numbers that training changes. */
export interface Parameter {
  readonly values: Float64Array;
  /** Of the loss's mean over the batch; backward adds to it. */
  readonly gradient: Float64Array;
  /** Whether weight decay pulls it to zero: weights, not biases. */
  readonly decays: boolean;
}

/** Batches are sample-major. Results are the layer's own buffers, valid until its next call. */
export interface Trainable {
  readonly parameters: readonly Parameter[];
  /** Values per sample. */
  readonly outputs: number;
  /** `training`: as in training, with this batch's statistics and noise; otherwise as the finished network will compute. */
  forward(input: Float64Array, batch: number, training: boolean): Float64Array;
  /** Gradient of the loss in the layer's inputs, from that in its outputs, after `forward` in training over the same batch. */
  backward(gradient: Float64Array): Float64Array;
  /** Trains on as the finished network computes: with the statistics that it has by now, where it takes those of batches. */
  settle?(): void;
  /** Appends what it has learned to the layers before. */
  finish(layers: Layer[]): void;
}

export function parameter(values: Float64Array, decays: boolean): Parameter {
  return { values, gradient: new Float64Array(values.length), decays };
}
