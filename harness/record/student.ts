/**
 * Student's t distribution of whole degrees of freedom.
 *
 * @module
 */

/** Beyond it the quantile is within 0.01 of the normal one, and this one is the wider. */
const MOST_DEGREES = 200;
const LARGEST_QUANTILE = 1e4;
const BISECTIONS = 60;

/**
 * The t whose symmetric interval -t..t holds `share` of the distribution.
 *
 * @throws RangeError unless 0 < share < 1 and `degrees` is a whole number of 1 or more.
 * @example studentQuantile(2, 0.95); // 4.303
 */
export function studentQuantile(degrees: number, share: number): number {
  if (!(Number.isInteger(degrees) && degrees >= 1 && share > 0 && share < 1)) throw new RangeError(`no quantile: ${degrees}, ${share}`);
  const used = Math.min(degrees, MOST_DEGREES);
  let [below, above] = [0, LARGEST_QUANTILE];
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = (below + above) / 2;
    if (shareWithin(middle, used) < share) below = middle;
    else above = middle;
  }
  return above;
}

/**
 * How likely a t as far from 0 as this one is, on either side, where nothing differs.
 *
 * @throws RangeError unless `degrees` is a whole number of 1 or more.
 * @example studentTail(4.303, 2); // 0.05
 */
export function studentTail(t: number, degrees: number): number {
  if (!(Number.isInteger(degrees) && degrees >= 1)) throw new RangeError(`no such distribution: ${degrees}`);
  if (!Number.isFinite(t)) return 0;
  return Math.max(0, 1 - shareWithin(Math.abs(t), Math.min(degrees, MOST_DEGREES)));
}

/** Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, 26.7.3 and 26.7.4. */
function shareWithin(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let power = isOdd ? 3 : 2; power <= degrees - 2; power += 2) {
    term *= (cosine * cosine * (power - 1)) / power;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}
