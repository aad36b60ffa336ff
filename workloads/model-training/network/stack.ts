/**
 * Builds a network to be trained, layer by layer; shapes follow from the layers before.
 *
 * @module
 */
import type { Random } from '../../data/random.ts';
import { type Shape, sizeOf, vectorShape } from '../../network/shape.ts';
import { type EvenWindow, windowPlaces } from '../../network/window.ts';
import { type ActivationTraining, type RangeCost, TrainableActivation } from './activation.ts';
import { TrainableAveragePool } from './average-pool.ts';
import { TrainableBatchNorm } from './batch-norm.ts';
import { TrainableConv2d } from './conv2d.ts';
import { TrainableDense } from './dense.ts';
import { TrainableFlatten } from './flatten.ts';
import { TrainableResidual } from './residual.ts';
import { reluOrQuadratic, type TrainedActivation } from './stand-in.ts';
import type { Trainable } from './trainable.ts';
import { floatWeights, type WeightRule } from './weight-rule.ts';

export class Stack {
  readonly layers: Trainable[] = [];
  #shape: Shape;
  readonly #random: Random;
  /** Nothing that learns lies below. */
  #first = true;

  /** First weights are drawn from `random` in the order of the layers. */
  constructor(input: Shape, random: Random) {
    this.#shape = input;
    this.#random = random;
  }

  conv2d(name: string, outputChannels: number, window: EvenWindow): this {
    const input = this.#shape;
    this.layers.push(new TrainableConv2d({ name, input, outputChannels, window, first: this.#first }, this.#random));
    this.#shape = { channels: outputChannels, ...windowPlaces(name, window, input) };
    this.#first = false;
    return this;
  }

  dense(name: string, outputs: number, weights: WeightRule = floatWeights): this {
    this.layers.push(new TrainableDense({ name, inputs: sizeOf(this.#shape), outputs, weights, first: this.#first }, this.#random));
    this.#shape = vectorShape(outputs);
    this.#first = false;
    return this;
  }

  /** Batch normalisation per channel, of a linear layer just before; `beforeSign` as for `TrainableBatchNorm`. */
  normalise(beforeSign = false): this {
    const { channels, height, width } = this.#shape;
    this.layers.push(new TrainableBatchNorm(channels, height * width, beforeSign));
    return this;
  }

  activate(name: string, activation: TrainedActivation, training: ActivationTraining = {}): this {
    this.layers.push(new TrainableActivation(name, activation, sizeOf(this.#shape), training));
    return this;
  }

  /** ReLU, in training every other time the quadratic that is nearest to it as far as `reach`. */
  activateReluOrQuadratic(name: string, reach: number, cost: RangeCost): this {
    return this.activate(name, 'relu', { cost, draw: () => reluOrQuadratic(reach, this.#random) });
  }

  /** Square windows side by side; a rest at the end is left out. */
  averagePool(name: string, size: number): this {
    const input = this.#shape;
    this.layers.push(new TrainableAveragePool({ kind: 'averagePool', name, height: size, width: size, stride: size }, input));
    const places = windowPlaces(name, { height: size, width: size, stride: size, padding: 0 }, input);
    this.#shape = { channels: input.channels, ...places };
    return this;
  }

  /** Adds what comes in to what the layers of `branch` make of it, which has the same shape. */
  residual(name: string, branch: (stack: Stack) => Stack): this {
    const { layers } = branch(new Stack(this.#shape, this.#random));
    this.layers.push(new TrainableResidual(name, layers));
    return this;
  }

  flatten(): this {
    this.layers.push(new TrainableFlatten(sizeOf(this.#shape)));
    this.#shape = vectorShape(sizeOf(this.#shape));
    return this;
  }
}
