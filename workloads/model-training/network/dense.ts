/**
 * Training of a dense layer.
 *
 * @module
 */
import type { Random } from '../../data/random.ts';
import type { Layer } from '../../network/network.ts';
import { addProduct, transposeInto } from './matrix-product.ts';
import { type Parameter, parameter, type Trainable } from './trainable.ts';
import { type WeightRule, floatWeights } from './weight-rule.ts';

export interface DenseSettings {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Left out: floats. */
  readonly weights?: WeightRule;
  /** Nobody asks for the gradient in the network's own input. */
  readonly first?: boolean;
}

/** Weights start normal, biases at zero. */
export class TrainableDense implements Trainable {
  readonly parameters: readonly Parameter[];
  readonly outputs: number;
  readonly #settings: DenseSettings;
  readonly #rule: WeightRule;
  /** Latent weights, inputs x outputs: the transpose of the layer's. */
  readonly #latent: Parameter;
  readonly #bias: Parameter;
  readonly #used: Float64Array;
  readonly #transposedWeights: Float64Array;
  #input: Float64Array = new Float64Array(0);
  #batch = 0;
  #output = new Float64Array(0);
  #inputGradient = new Float64Array(0);
  #transposedInput = new Float64Array(0);

  constructor(settings: DenseSettings, random: Random) {
    const { inputs, outputs } = settings;
    this.#settings = settings;
    this.#rule = settings.weights ?? floatWeights;
    this.outputs = outputs;
    this.#latent = parameter(
      new Float64Array(inputs * outputs).map(() => random.normal(0, this.#rule.deviation(inputs))),
      true,
    );
    this.#bias = parameter(new Float64Array(outputs), false);
    this.parameters = [this.#latent, this.#bias];
    this.#used = new Float64Array(inputs * outputs);
    this.#transposedWeights = new Float64Array(inputs * outputs);
  }

  forward(input: Float64Array, batch: number): Float64Array {
    const { inputs, outputs } = this.#settings;
    if (this.#batch !== batch) {
      this.#batch = batch;
      this.#output = new Float64Array(batch * outputs);
      this.#inputGradient = new Float64Array(batch * inputs);
      this.#transposedInput = new Float64Array(batch * inputs);
    }
    this.#input = input;
    this.#rule.use(this.#latent.values, this.#used);
    for (let sample = 0; sample < batch; sample++) this.#output.set(this.#bias.values, sample * outputs);
    addProduct(this.#output, input, this.#used, batch, inputs, outputs);
    return this.#output;
  }

  backward(gradient: Float64Array): Float64Array {
    const { inputs, outputs, first } = this.#settings;
    const batch = this.#batch;
    for (let index = 0; index < gradient.length; index++) this.#bias.gradient[index % outputs]! += gradient[index]!;
    transposeInto(this.#transposedInput, this.#input, batch, inputs);
    addProduct(this.#latent.gradient, this.#transposedInput, gradient, inputs, batch, outputs);
    if (first === true) return this.#inputGradient;
    this.#inputGradient.fill(0);
    transposeInto(this.#transposedWeights, this.#used, inputs, outputs);
    addProduct(this.#inputGradient, gradient, this.#transposedWeights, batch, outputs, inputs);
    return this.#inputGradient;
  }

  finish(layers: Layer[]): void {
    const { name, inputs, outputs } = this.#settings;
    const weights = new Float64Array(inputs * outputs);
    this.#rule.use(this.#latent.values, this.#used);
    transposeInto(weights, this.#used, inputs, outputs);
    layers.push({ kind: 'dense', name, inputs, outputs, weights, bias: this.#bias.values.slice() });
  }
}
