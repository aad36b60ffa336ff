/**
 * Adam (Kingma and Ba, ICLR 2015) with decoupled weight decay (Loshchilov and Hutter, ICLR 2019).
 *
 * @module
 */
import type { Parameter } from './trainable.ts';

const FIRST_MOMENT = 0.9;
const SECOND_MOMENT = 0.999;
const EPSILON = 1e-8;

export class Adam {
  readonly #parameters: readonly Parameter[];
  readonly #means: readonly Float64Array[];
  readonly #squares: readonly Float64Array[];
  #steps = 0;

  constructor(parameters: readonly Parameter[]) {
    this.#parameters = parameters;
    this.#means = parameters.map(({ values }) => new Float64Array(values.length));
    this.#squares = parameters.map(({ values }) => new Float64Array(values.length));
  }

  /** One step against the gradients, which are set to zero. */
  step(learningRate: number, weightDecay: number): void {
    this.#steps++;
    const meanCorrection = 1 - FIRST_MOMENT ** this.#steps;
    const squareCorrection = 1 - SECOND_MOMENT ** this.#steps;
    this.#parameters.forEach(({ values, gradient, decays }, which) => {
      const means = this.#means[which]!;
      const squares = this.#squares[which]!;
      const decay = decays ? learningRate * weightDecay : 0;
      for (let index = 0; index < values.length; index++) {
        const slope = gradient[index]!;
        const mean = FIRST_MOMENT * means[index]! + (1 - FIRST_MOMENT) * slope;
        const square = SECOND_MOMENT * squares[index]! + (1 - SECOND_MOMENT) * slope * slope;
        means[index] = mean;
        squares[index] = square;
        const step = mean / meanCorrection / (Math.sqrt(square / squareCorrection) + EPSILON);
        values[index] = values[index]! - learningRate * step - decay * values[index]!;
      }
      gradient.fill(0);
    });
  }
}
