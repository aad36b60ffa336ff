/**
 * Polynomials that stand for activation functions.
 *
 * @module
 */
import type { ActivationName } from '../../network/activation.ts';
import { activations } from '../../network/activation.ts';
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
/** On smaller intervals a sigmoid is a straight line within the rounding of float64, and no error is left to alternate. */
const LEAST_SIGMOID_REACH = 1;

/**
 * The polynomial of least greatest error on [-reach, reach], of at most that degree, which is at least 2; the square is itself. ReLU is
 * x / 2 + |x| / 2, of which only the even part needs an approximation; a sigmoid less 1/2 is odd. Null for the sign, which no polynomial
 * comes near at zero.
 */
export function fitActivation(activation: ActivationName, degree: number, reach: number): Fit | null {
  switch (activation) {
    case 'square':
      return { polynomial: [0, 0, 1], approximates: null };
    case 'relu': {
      const polynomial = evenFit((u) => u / 2, degree).map((coefficient, power) => (power === 1 ? 1 / 2 : coefficient) * reach);
      return stated(activation, stretched(polynomial, 1 / reach), reach);
    }
    case 'sigmoid': {
      const wide = Math.max(reach, LEAST_SIGMOID_REACH);
      const odd = minimaxFit((u) => activations.sigmoid(wide * u) - 1 / 2, { min: ODD_FROM, max: 1 }, oddPowers(degree));
      const polynomial = odd.map((coefficient, power) => (power === 0 ? 1 / 2 : coefficient));
      return stated(activation, stretched(polynomial, 1 / wide), wide);
    }
    case 'sign':
      return null;
  }
}

function evenFit(of: (u: number) => number, degree: number): Polynomial {
  const powers = Array.from({ length: Math.floor(degree / 2) + 1 }, (_, index) => 2 * index);
  return minimaxFit(of, { min: 0, max: 1 }, powers);
}

function oddPowers(degree: number): number[] {
  return Array.from({ length: Math.floor((degree + 1) / 2) }, (_, index) => 2 * index + 1);
}

function stated(activation: ActivationName, polynomial: Polynomial, reach: number): Fit {
  let error = 0;
  for (let at = -ERROR_POINTS; at <= ERROR_POINTS; at++) {
    const x = (reach * at) / ERROR_POINTS;
    error = Math.max(error, Math.abs(activations[activation](x) - valueAt(polynomial, x)));
  }
  return {
    polynomial,
    approximates: { activation, degree: polynomial.length - 1, interval: { min: -reach, max: reach }, error },
  };
}
