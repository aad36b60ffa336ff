/**
 * The chance that a launch departs from its prediction at least so far. The formulas allow for the prediction's own uncertainty: it is
 * a simulation of limited length.
 *
 * @module
 */

/** Jeffreys' prior of a share. */
const PRIOR = 0.5;

/**
 * Chance of at least `count` events in `trials`, when `seen` were seen in `draws` under the same chance: a beta-binomial tail, which is
 * the binomial one averaged over the chances that the draws leave possible (Gelman et al., "Bayesian Data Analysis", 3rd ed., section
 * 2.4).
 *
 * @example
 * predictiveTail(3, 5, 12, 2000) // three of five where six in a thousand were seen: 3.0e-6
 */
export function predictiveTail(count: number, trials: number, seen: number, draws: number): number {
  if (count <= 0) return 1;
  const [a, b] = [seen + PRIOR, draws - seen + PRIOR];
  let term_log = 0;
  for (let at = 0; at < trials; at++) term_log += Math.log((b + at) / (a + b + at));
  let tail = 0;
  for (let events = 0; events <= trials; events++) {
    if (events >= count) tail += Math.exp(term_log);
    term_log += Math.log((((trials - events) / (events + 1)) * (a + events)) / (b + trials - events - 1));
  }
  return Math.min(1, tail);
}

/**
 * Chance that values at least as large as these are drawn from where `drawn` came from, whatever distribution that is. Each value's
 * rank among the drawn ones is a p-value, and these are combined as Fisher did. Ranks that share one set of draws depend on each other:
 * the correction is that of Bates, Candes, Lei, Romano and Sesia, "Testing for outliers with conformal p-values", Annals of Statistics
 * 51(1), 2023, section 2.3. A value that is no number is larger than all.
 *
 * @param drawn Ascending.
 */
export function largeValuesTail(values: readonly number[], drawn: Float64Array): number {
  const n = values.length;
  const statistic = values.reduce((sum, value) => sum - 2 * Math.log((1 + countFrom(drawn, value)) / (1 + drawn.length)), 0);
  const widening = Math.sqrt(1 + n / drawn.length);
  return chiSquareTail((statistic + 2 * (widening - 1) * n) / widening, n);
}

/** How many of the ascending numbers are at least `value`. */
function countFrom(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value || Number.isNaN(value)) low = middle + 1;
    else high = middle;
  }
  return ascending.length - low;
}

/** Chance that a chi-square variable of 2 * half degrees of freedom passes x: as many Poisson events of mean x / 2 at most. */
export function chiSquareTail(x: number, half: number): number {
  let term_log = -x / 2;
  let tail = 0;
  for (let events = 0; events < half; events++) {
    tail += Math.exp(term_log);
    term_log += Math.log(x / 2 / (events + 1));
  }
  return Math.min(1, tail);
}
