/**
 * What a bootstrap does to a value beside its noise: the sine stands for its angle, so that v comes out as (turn / 2 pi) sin(2 pi v / turn).
 * With a turn of 2^10 times the largest value that is off by 2^-17.3 of it. Whoever applies a function to the result may apply it to `unbend` of it.
 *
 * `turn` is the value that one whole turn of the sine stands for: the first prime over the scale at which the value is raised.
 *
 * @module
 */

/** The value that a bootstrap gives, without its noise. */
export function bend(value: number, turn: number): number {
  const angle = (2 * Math.PI) / turn;
  return Math.sin(value * angle) / angle;
}

/**
 * The value that comes out as this one.
 *
 * @param bent at most turn / (2 pi) in magnitude: what comes of values within a quarter of a turn
 * @throws RangeError for others
 */
export function unbend(bent: number, turn: number): number {
  const angle = (2 * Math.PI) / turn;
  if (!(Math.abs(bent * angle) <= 1)) throw new RangeError(`${bent} is no bent value: at most ${1 / angle} in magnitude`);
  return Math.asin(bent * angle) / angle;
}
