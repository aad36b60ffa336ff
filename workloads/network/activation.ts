/**
 * Functions applied to every value.
 *
 * @module
 */
import { refuseLayer } from './layer-error.ts';

/** `parameters` are those of `ACTIVATION_PARAMETERS`, in order. Sign is 1 at zero, so that its values are always -1 or 1. */
export const activations = {
  square: (x: number): number => x * x,
  relu: (x: number): number => Math.max(x, 0),
  sign: (x: number): number => (x < 0 ? -1 : 1),
  sigmoid: (x: number): number => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  /** ln(1 + e^x), without leaving float64 for large x. */
  softplus: (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  /** x times the normal distribution function (Hendrycks and Gimpel, arXiv:1606.08415). */
  gelu: (x: number): number => (x * (1 + errorFunction(x / Math.SQRT2))) / 2,
  /** The same by its hyperbolic tangent, which some frameworks take for it. */
  geluTanh: (x: number): number => (x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))) / 2,
  /** x times its sigmoid, also called swish. */
  silu: (x: number): number => x / (1 + Math.exp(-x)),
  erf: errorFunction,
  power: (x: number, exponent: number): number => x ** exponent,
  leakyRelu: (x: number, slope: number): number => (x < 0 ? slope * x : x),
  elu: (x: number, alpha: number): number => (x < 0 ? alpha * Math.expm1(x) : x),
  clip: (x: number, min: number, max: number): number => Math.min(Math.max(x, min), max),
  hardSigmoid: (x: number, slope: number, shift: number): number => Math.min(Math.max(slope * x + shift, 0), 1),
} as const;

/** 'square' and 'power' are polynomials; the others need a table, or a polynomial that stands for them. */
export type ActivationName = keyof typeof activations;

/** What functions with parameters are told, with what is taken where nothing is given. */
export const ACTIVATION_PARAMETERS: Readonly<Partial<Record<ActivationName, readonly number[]>>> = {
  power: [2],
  leakyRelu: [0.01],
  elu: [1],
  clip: [0, 6],
  hardSigmoid: [1 / 6, 1 / 2],
};

/** Every doubling takes a level, or twice the bits of whole numbers. */
const MOST_POWER = 16;

/** A function with its parameters. */
export interface Activation {
  readonly activation: ActivationName;
  /** As many as `ACTIVATION_PARAMETERS` has for it; without them, those. */
  readonly parameters?: readonly number[] | undefined;
}

export interface ActivationLayer extends Activation {
  readonly kind: 'activation';
  readonly name: string;
}

/** @throws EnigmarkError NETWORK_SHAPE where parameters are not what the function takes */
export function expectParameters({ name, activation, parameters }: ActivationLayer): void {
  const taken = ACTIVATION_PARAMETERS[activation] ?? [];
  if (parameters === undefined) return;
  if (parameters.length !== taken.length) refuseLayer(name, `${taken.length} parameters of ${activation}`, `${parameters.length}`);
  const [first = 0, second = 0] = parameters;
  if (activation === 'power' && !(Number.isInteger(first) && first >= 1 && first <= MOST_POWER)) {
    refuseLayer(name, `a whole power from 1 to ${MOST_POWER}`, `${first}`);
  }
  if (activation === 'clip' && !(first < second)) refuseLayer(name, 'a lower bound below the upper one', `${first} and ${second}`);
}

/** @example functionOf({ activation: 'clip', parameters: [0, 1] })(3); // 1 */
export function functionOf({ activation, parameters = ACTIVATION_PARAMETERS[activation] ?? [] }: Activation): (x: number) => number {
  const of: (x: number, ...parameters: number[]) => number = activations[activation];
  return (x) => of(x, ...parameters);
}

/** Whether the function is a polynomial itself. */
export function isPolynomial({ activation }: Activation): boolean {
  return activation === 'square' || activation === 'power';
}

/**
 * The error function, within 1e-15: its series near zero, and the continued fraction of its complement beyond (Abramowitz and Stegun,
 * "Handbook of Mathematical Functions", 7.1.5 and 7.1.14).
 */
function errorFunction(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let [term, sum] = [x, x];
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = size;
  for (let n = 60; n > 0; n--) fraction = size + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * fraction));
}
