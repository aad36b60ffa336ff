/**
 * EvalMod: the remainder of a number by whole turns, as nearly as a sine can tell it. sin(2 pi x) for x within `range` whole turns, from a
 * polynomial for a slower cosine and double angles.
 *
 * @module
 */
import type { SineShape } from '../../program/program.ts';
import type { Arithmetic, Valued } from '../arithmetic.ts';
import { chebyshevLevels, evaluateChebyshev } from './chebyshev.ts';
import { cosineCoefficients } from './cosine-polynomial.ts';

/** Levels that the sine takes. */
export function sineLevels({ degree, doubleAngles }: SineShape): number {
  return chebyshevLevels(degree) + doubleAngles;
}

/**
 * sin(2 pi range x), `sineLevels` lower than x.
 *
 * @param x in [-1, 1], close to a whole number over `range`
 */
export function evaluateSine<V extends Valued>(arithmetic: Arithmetic<V>, x: V, sine: SineShape): V {
  const limbs = x.limbs - chebyshevLevels(sine.degree);
  // At the scale of the prime that is divided by next, a square keeps its scale.
  let value = evaluateChebyshev(arithmetic, x, cosineCoefficients(sine), arithmetic.primes[limbs - 1]!);
  for (let doubled = 0; doubled < sine.doubleAngles; doubled++) {
    const whole = value.scale * value.scale;
    const next = { limbs: value.limbs - 1, scale: whole / arithmetic.primes[value.limbs - 1]! };
    value = arithmetic.sum({ products: [[value, value, 2]], terms: [], constant: -BigInt(Math.round(whole)) }, next);
  }
  return value;
}
