/**
 * Polynomials that stand for activation functions.
 *
 * @module
 */
import { type Activation, ACTIVATION_PARAMETERS, functionOf, isPolynomial } from '../../network/activation.ts';
import { minimaxFit } from './minimax.ts';
import { type Polynomial, stretched, valueAt } from './polynomial.ts';
import type { Approximation } from '../planned-network.ts';

/** Odd functions agree at zero whatever they are: errors are made to alternate from here on. */
const ODD_FROM = 2 ** -8;

export interface Fit {
  /** Of the value before the activation. */
  readonly polynomial: Polynomial;
  /** Null where the activation is the polynomial. */
  readonly approximates: Approximation | null;
}

/** Points at which the stated error is looked for. */
const ERROR_POINTS = 20_000;
/** On smaller intervals smooth functions are polynomials within the rounding of float64, and no error is left to alternate. */
const LEAST_REACH = 1;

/**
 * What a function is but for a line and an even or odd part: only that part needs an approximation, with half of the powers.
 * even: slope * x + an even function; odd: centre + an odd function.
 */
type Symmetry = { readonly kind: 'even'; readonly slope: number } | { readonly kind: 'odd'; readonly centre: number } | null;

function symmetryOf({ activation, parameters = ACTIVATION_PARAMETERS[activation] ?? [] }: Activation): Symmetry {
  const [first = 0, second = 0] = parameters;
  switch (activation) {
    case 'relu':
    case 'gelu':
    case 'geluTanh':
    case 'silu':
    case 'softplus':
      return { kind: 'even', slope: 1 / 2 };
    case 'leakyRelu':
      return { kind: 'even', slope: (1 + first) / 2 };
    case 'sigmoid':
      return { kind: 'odd', centre: 1 / 2 };
    case 'tanh':
    case 'erf':
      return { kind: 'odd', centre: 0 };
    case 'clip':
      return first === -second ? { kind: 'odd', centre: 0 } : null;
    case 'hardSigmoid':
      return second === 1 / 2 ? { kind: 'odd', centre: 1 / 2 } : null;
    default:
      return null;
  }
}

/** Where functions with corners have the nearer one: within, they are lines. */
function leastReach({ activation, parameters = ACTIVATION_PARAMETERS[activation] ?? [] }: Activation): number {
  const [first = 0, second = 0] = parameters;
  switch (activation) {
    case 'relu':
    case 'leakyRelu':
      return 0;
    case 'clip':
      return 2 * Math.min(Math.abs(first), Math.abs(second));
    case 'hardSigmoid':
      return (2 * Math.min(Math.abs(second), Math.abs(1 - second))) / (Math.abs(first) || 1);
    default:
      return LEAST_REACH;
  }
}

/**
 * The polynomial of least greatest error on [-reach, reach], of at most that degree, which is at least 2; the square and other powers are
 * themselves. Null for the sign, which no polynomial comes near at zero.
 */
export function fitActivation(of: Activation, degree: number, reach: number): Fit | null {
  if (of.activation === 'sign') return null;
  if (isPolynomial(of)) return { polynomial: powerOf(of), approximates: null };
  const compute = functionOf(of);
  const symmetry = symmetryOf(of);
  const wide = Math.max(reach, leastReach(of));
  // ReLU and its like are as large as their interval: what is fitted stays near 1.
  const scaled = (u: number): number => compute(wide * u) / wide;
  const fitted = (): Polynomial => {
    switch (symmetry?.kind) {
      case 'even':
        return plusTerm(
          minimaxFit((u) => scaled(u) - symmetry.slope * u, { min: 0, max: 1 }, evenPowers(degree)),
          1,
          symmetry.slope,
        );
      case 'odd':
        return plusTerm(
          minimaxFit((u) => scaled(u) - symmetry.centre / wide, { min: ODD_FROM, max: 1 }, oddPowers(degree)),
          0,
          symmetry.centre / wide,
        );
      default:
        return minimaxFit(scaled, { min: -1, max: 1 }, allPowers(degree));
    }
  };
  const polynomial = fitted().map((coefficient) => coefficient * wide);
  return stated(of, stretched(polynomial, 1 / wide), wide);
}

function powerOf({ activation, parameters = ACTIVATION_PARAMETERS[activation] ?? [] }: Activation): Polynomial {
  const exponent = activation === 'square' ? 2 : parameters[0]!;
  return Array.from({ length: exponent + 1 }, (_, power) => (power === exponent ? 1 : 0));
}

/** With `coefficient` in the place of what the polynomial has at `power`. */
function plusTerm(polynomial: Polynomial, power: number, coefficient: number): Polynomial {
  return polynomial.map((value, at) => (at === power ? coefficient : value));
}

function evenPowers(degree: number): number[] {
  return Array.from({ length: Math.floor(degree / 2) + 1 }, (_, index) => 2 * index);
}

function oddPowers(degree: number): number[] {
  return Array.from({ length: Math.floor((degree + 1) / 2) }, (_, index) => 2 * index + 1);
}

function allPowers(degree: number): number[] {
  return Array.from({ length: degree + 1 }, (_, power) => power);
}

function stated(of: Activation, polynomial: Polynomial, reach: number): Fit {
  const compute = functionOf(of);
  let error = 0;
  for (let at = -ERROR_POINTS; at <= ERROR_POINTS; at++) {
    const x = (reach * at) / ERROR_POINTS;
    error = Math.max(error, Math.abs(compute(x) - valueAt(polynomial, x)));
  }
  return {
    polynomial,
    approximates: { activation: of.activation, degree: polynomial.length - 1, interval: { min: -reach, max: reach }, error },
  };
}
