/**
 * Batch normalisation in training (Ioffe and Szegedy, ICML 2015, algorithm 1); in the end it is folded into the layer before.
 *
 * @module
 */
import { type BatchNorm, foldBatchNorm } from '../../network/batch-norm.ts';
import type { Layer } from '../../network/network.ts';
import { type Parameter, parameter, type Trainable } from './trainable.ts';

const EPSILON = 1e-5;
/** Share of the running statistics that one batch replaces. */
const MOMENTUM = 0.02;

export class TrainableBatchNorm implements Trainable {
  readonly parameters: readonly Parameter[];
  readonly outputs: number;
  readonly #channels: number;
  readonly #places: number;
  readonly #beforeSign: boolean;
  readonly #scale: Parameter;
  readonly #shift: Parameter;
  readonly #mean: Float64Array;
  readonly #variance: Float64Array;
  readonly #deviation: Float64Array;
  #settled = false;
  #normalised = new Float64Array(0);
  #output = new Float64Array(0);
  #inputGradient = new Float64Array(0);

  /**
   * `places` values of every channel, channel by channel. `beforeSign`: sign follows, which minds no positive factor, and the folded
   * layer keeps its weights up to their signs.
   */
  constructor(channels: number, places: number, beforeSign = false) {
    this.#channels = channels;
    this.#places = places;
    this.#beforeSign = beforeSign;
    this.outputs = channels * places;
    this.#scale = parameter(new Float64Array(channels).fill(1), false);
    this.#shift = parameter(new Float64Array(channels), false);
    this.parameters = [this.#scale, this.#shift];
    this.#mean = new Float64Array(channels);
    this.#variance = new Float64Array(channels).fill(1);
    this.#deviation = new Float64Array(channels);
  }

  forward(input: Float64Array, batch: number, training: boolean): Float64Array {
    if (this.#output.length !== input.length) {
      this.#normalised = new Float64Array(input.length);
      this.#output = new Float64Array(input.length);
      this.#inputGradient = new Float64Array(input.length);
    }
    for (let channel = 0; channel < this.#channels; channel++) {
      let mean = this.#mean[channel]!;
      let variance = this.#variance[channel]!;
      if (training && !this.#settled) {
        const count = batch * this.#places;
        mean = 0;
        this.#each(channel, batch, (index) => (mean += input[index]!));
        mean /= count;
        variance = 0;
        this.#each(channel, batch, (index) => (variance += (input[index]! - mean) ** 2));
        variance /= count;
        this.#mean[channel]! += MOMENTUM * (mean - this.#mean[channel]!);
        this.#variance[channel]! += MOMENTUM * ((variance * count) / Math.max(count - 1, 1) - this.#variance[channel]!);
      }
      const deviation = Math.sqrt(variance + EPSILON);
      this.#deviation[channel] = deviation;
      const scale = this.#scale.values[channel]!;
      const shift = this.#shift.values[channel]!;
      this.#each(channel, batch, (index) => {
        const normalised = (input[index]! - mean) / deviation;
        this.#normalised[index] = normalised;
        this.#output[index] = scale * normalised + shift;
      });
    }
    return this.#output;
  }

  backward(gradient: Float64Array): Float64Array {
    const batch = gradient.length / this.outputs;
    const count = batch * this.#places;
    for (let channel = 0; channel < this.#channels; channel++) {
      let sum = 0;
      let product = 0;
      this.#each(channel, batch, (index) => {
        sum += gradient[index]!;
        product += gradient[index]! * this.#normalised[index]!;
      });
      this.#shift.gradient[channel]! += sum;
      this.#scale.gradient[channel]! += product;
      const factor = this.#scale.values[channel]! / this.#deviation[channel]!;
      this.#each(channel, batch, (index) => {
        // Settled statistics do not move with the input.
        const ofStatistics = this.#settled ? 0 : (sum + this.#normalised[index]! * product) / count;
        this.#inputGradient[index] = factor * (gradient[index]! - ofStatistics);
      });
    }
    return this.#inputGradient;
  }

  settle(): void {
    this.#settled = true;
  }

  finish(layers: Layer[]): void {
    const before = layers.at(-1);
    if (before?.kind !== 'dense' && before?.kind !== 'conv2d') throw new Error('batch normalisation follows a linear layer');
    const norm = {
      name: 'normalisation',
      mean: this.#mean,
      variance: this.#variance,
      scale: this.#scale.values,
      shift: this.#shift.values,
    };
    layers[layers.length - 1] = foldBatchNorm(before, this.#beforeSign ? withoutFactor(norm) : { ...norm, epsilon: EPSILON });
  }

  #each(channel: number, batch: number, visit: (index: number) => void): void {
    for (let sample = 0; sample < batch; sample++) {
      const first = sample * this.outputs + channel * this.#places;
      for (let index = first; index < first + this.#places; index++) visit(index);
    }
  }
}

/** The same signs: every channel divided by the size of its factor. */
function withoutFactor(norm: Omit<BatchNorm, 'epsilon'>): BatchNorm {
  const factor = norm.scale.map((scale, channel) => Math.abs(scale) / Math.sqrt(norm.variance[channel]! + EPSILON));
  return {
    ...norm,
    variance: new Float64Array(factor.length).fill(1),
    epsilon: 0,
    scale: norm.scale.map(Math.sign),
    shift: norm.shift.map((shift, channel) => shift / factor[channel]!),
  };
}
