/**
 * Inputs at which a planned network is far from its float one: random samples seldom meet them. Corners of the interval are tried, drawn at
 * random and in the direction of the gradient's sign (Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples",
 * ICLR 2015), which drive sums to the ends of what inputs can do. In the clear; a search finds a lower bound of the worst case.
 *
 * @module
 */
import type { Random } from '../data/random.ts';
import type { WorstCase } from '../workload.ts';
import type { Interval } from './range.ts';

/** A network and what its plan makes of it, over inputs in an interval. */
export interface Searched {
  readonly inputs: number;
  readonly interval: Interval;
  /** Products of one evaluation: networks whose gradients would take too long are tried at random corners only. */
  readonly products: number;
  float(input: Float64Array): Float64Array;
  /** Real outputs of the planned network, and whether the input leaves a calibrated range. */
  planned(input: Float64Array): { readonly outputs: Float64Array; readonly passes: boolean };
}

const RANDOM_CORNERS = 32;
/** Outputs whose gradient is followed. */
const MOST_OUTPUTS = 16;
/** Some two seconds of products. */
const MOST_PRODUCTS = 1e9;
/** Of the interval, around its middle. */
const DIFFERENCE = 2 ** -10;

export function searchWorstCase(of: Searched, random: Random): WorstCase {
  const tried = [...constantCorners(of), ...randomCorners(of, random), ...gradientCorners(of)];
  let [error, passing] = [0, 0];
  for (const input of tried) {
    const exact = of.float(input);
    const { outputs, passes } = of.planned(input);
    if (passes) passing++;
    error = outputs.reduce((most, value, index) => Math.max(most, Math.abs(value - exact[index]!)), error);
  }
  return { error, tried: tried.length, passing };
}

function constantCorners({ inputs, interval: { min, max } }: Searched): Float64Array[] {
  return [min, max].map((end) => new Float64Array(inputs).fill(end));
}

function randomCorners({ inputs, interval: { min, max } }: Searched, random: Random): Float64Array[] {
  return Array.from({ length: RANDOM_CORNERS }, () => new Float64Array(inputs).map(() => (random.below(2) === 0 ? min : max)));
}

/** For every output the corner that raises it most, as far as its gradient in the middle tells, and the opposite one. */
function gradientCorners(of: Searched): Float64Array[] {
  const { inputs, interval, products } = of;
  const { min, max } = interval;
  if (inputs * products > MOST_PRODUCTS) return [];
  const middle = new Float64Array(inputs).fill((min + max) / 2);
  const before = of.float(middle);
  const outputs = Math.min(before.length, MOST_OUTPUTS);
  const corners = Array.from({ length: 2 * outputs }, () => new Float64Array(inputs));
  for (let input = 0; input < inputs; input++) {
    const after = of.float(middle.with(input, middle[input]! + (max - min) * DIFFERENCE));
    for (let output = 0; output < outputs; output++) {
      const rises = after[output]! >= before[output]!;
      corners[2 * output]![input] = rises ? max : min;
      corners[2 * output + 1]![input] = rises ? min : max;
    }
  }
  return corners;
}
