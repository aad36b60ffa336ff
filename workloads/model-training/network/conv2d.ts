/**
 * Training of a convolution: the windows of an image become columns of a matrix (im2col: Chellapilla, Puri and Simard, IWFHR 2006).
 *
 * @module
 */
import type { Random } from '../../data/random.ts';
import type { Layer } from '../../network/network.ts';
import { type Shape, sizeOf } from '../../network/shape.ts';
import { type EvenWindow, windowPlaces } from '../../network/window.ts';
import { addProduct, transposeInto } from './matrix-product.ts';
import { type Parameter, parameter, type Trainable } from './trainable.ts';

export interface Conv2dSettings {
  readonly name: string;
  readonly input: Shape;
  readonly outputChannels: number;
  readonly window: EvenWindow;
  /** Nobody asks for the gradient in the network's own input. */
  readonly first?: boolean;
}

/** Number of the input value that each entry of the matrix of windows holds; -1: padding. (channel, v, u) x (y, x). */
function windowIndices(name: string, input: Shape, window: EvenWindow): Int32Array {
  const { height, width } = windowPlaces(name, window, input);
  const indices: number[] = [];
  for (let channel = 0; channel < input.channels; channel++) {
    for (let v = 0; v < window.height; v++) {
      for (let u = 0; u < window.width; u++) {
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const row = y * window.stride + v - window.padding;
            const column = x * window.stride + u - window.padding;
            const inside = row >= 0 && row < input.height && column >= 0 && column < input.width;
            indices.push(inside ? (channel * input.height + row) * input.width + column : -1);
          }
        }
      }
    }
  }
  return Int32Array.from(indices);
}

/** Weights start normal with variance 2 / fan-in (He et al., ICCV 2015), biases at zero. */
export class TrainableConv2d implements Trainable {
  readonly parameters: readonly Parameter[];
  readonly outputs: number;
  readonly #settings: Conv2dSettings;
  /** outputChannels x fan-in. */
  readonly #weights: Parameter;
  readonly #bias: Parameter;
  readonly #indices: Int32Array;
  readonly #fanIn: number;
  readonly #places: number;
  readonly #transposedWindows: Float64Array;
  readonly #transposedWeights: Float64Array;
  readonly #windowGradient: Float64Array;
  #batch = 0;
  #windows = new Float64Array(0);
  #output = new Float64Array(0);
  #inputGradient = new Float64Array(0);

  constructor(settings: Conv2dSettings, random: Random) {
    const { name, input, outputChannels, window } = settings;
    this.#settings = settings;
    this.#fanIn = input.channels * window.height * window.width;
    this.#indices = windowIndices(name, input, window);
    this.#places = this.#indices.length / this.#fanIn;
    this.outputs = outputChannels * this.#places;
    this.#weights = parameter(
      new Float64Array(outputChannels * this.#fanIn).map(() => random.normal(0, Math.sqrt(2 / this.#fanIn))),
      true,
    );
    this.#bias = parameter(new Float64Array(outputChannels), false);
    this.parameters = [this.#weights, this.#bias];
    this.#transposedWindows = new Float64Array(this.#indices.length);
    this.#windowGradient = new Float64Array(this.#indices.length);
    this.#transposedWeights = new Float64Array(this.#weights.values.length);
  }

  forward(input: Float64Array, batch: number): Float64Array {
    const { outputChannels, input: shape } = this.#settings;
    const values = sizeOf(shape);
    const indices = this.#indices;
    if (this.#batch !== batch) {
      this.#batch = batch;
      this.#windows = new Float64Array(batch * indices.length);
      this.#output = new Float64Array(batch * this.outputs);
      this.#inputGradient = new Float64Array(batch * values);
    }
    for (let sample = 0; sample < batch; sample++) {
      const windows = this.#windows.subarray(sample * indices.length, (sample + 1) * indices.length);
      const first = sample * values;
      for (let entry = 0; entry < indices.length; entry++) {
        const index = indices[entry]!;
        windows[entry] = index < 0 ? 0 : input[first + index]!;
      }
      const output = this.#output.subarray(sample * this.outputs, (sample + 1) * this.outputs);
      for (let channel = 0; channel < outputChannels; channel++) {
        output.fill(this.#bias.values[channel]!, channel * this.#places, (channel + 1) * this.#places);
      }
      addProduct(output, this.#weights.values, windows, outputChannels, this.#fanIn, this.#places);
    }
    return this.#output;
  }

  backward(gradient: Float64Array): Float64Array {
    const { outputChannels, first } = this.#settings;
    for (let sample = 0; sample < this.#batch; sample++) {
      const windows = this.#windows.subarray(sample * this.#indices.length, (sample + 1) * this.#indices.length);
      const outputGradient = gradient.subarray(sample * this.outputs, (sample + 1) * this.outputs);
      for (let index = 0; index < this.outputs; index++) this.#bias.gradient[Math.floor(index / this.#places)]! += outputGradient[index]!;
      transposeInto(this.#transposedWindows, windows, this.#fanIn, this.#places);
      addProduct(this.#weights.gradient, outputGradient, this.#transposedWindows, outputChannels, this.#places, this.#fanIn);
    }
    if (first !== true) this.#findInputGradient(gradient);
    return this.#inputGradient;
  }

  #findInputGradient(gradient: Float64Array): void {
    const { outputChannels, input } = this.#settings;
    const values = sizeOf(input);
    this.#inputGradient.fill(0);
    transposeInto(this.#transposedWeights, this.#weights.values, outputChannels, this.#fanIn);
    for (let sample = 0; sample < this.#batch; sample++) {
      const outputGradient = gradient.subarray(sample * this.outputs, (sample + 1) * this.outputs);
      this.#windowGradient.fill(0);
      addProduct(this.#windowGradient, this.#transposedWeights, outputGradient, this.#fanIn, outputChannels, this.#places);
      this.#indices.forEach((index, entry) => {
        if (index >= 0) this.#inputGradient[sample * values + index]! += this.#windowGradient[entry]!;
      });
    }
  }

  finish(layers: Layer[]): void {
    const { name, input, outputChannels, window } = this.#settings;
    const weights = this.#weights.values.slice();
    layers.push({ kind: 'conv2d', name, inputChannels: input.channels, outputChannels, window, weights, bias: this.#bias.values.slice() });
  }
}
