/**
 * How many independent samples a series of correlated ones is worth. A machine that is slow now is slow a moment later, so that a
 * hundred samples in a row tell less of the median than a hundred taken on different days would.
 *
 * @module
 */

/** Correlation that no series is thought to pass: beyond it, a short one tells nothing. */
const MOST_CORRELATION = 0.95;
/** Powers of a correlation below it add nothing to a sum. */
const NEGLIGIBLE = 1e-4;

/**
 * Independent samples that would tell as much of the median, from 1 to the number of samples: the lower of two estimates.
 *
 * One takes the samples for a process of first order: its one correlation is estimated from few samples already, and corrected for
 * being estimated low (Marriott and Pope, Biometrika 41, 1954). The other adds up the correlations of all lags as far as pairs of
 * them stay positive (initial positive sequence; Geyer, Statistical Science 7, 1992), and finds a slow drift beneath quick noise.
 * Ranks are correlated, not times, so that one outlier hides nothing. In the order taken.
 *
 * @example effectiveSamples([1, 2, 3, 4, 5, 6, 7, 8]); // 1: a trend
 */
export function effectiveSamples(samples: readonly number[]): number {
  const n = samples.length;
  if (n < 5) return n === 0 ? 0 : 1;
  const correlationAt = rankCorrelation(samples);
  const inflation = Math.max(1, ofFirstOrder(correlationAt(1), n), ofAllLags(correlationAt, n));
  return Math.max(1, n / inflation);
}

/** Variance of a median over that of as many independent samples, for a Gaussian process of first order or any monotone image of it. */
function ofFirstOrder(measured: number, n: number): number {
  const unbiased = (n * measured + 1) / (n - 4);
  // Of the process behind ranks that correlate so (Kruskal, J. Am. Stat. Assoc. 53, 1958).
  const correlation = 2 * Math.sin((Math.PI / 6) * Math.min(MOST_CORRELATION, Math.max(0, unbiased)));
  let inflation = 1;
  let power = correlation;
  for (let lag = 1; lag < n && power > NEGLIGIBLE; lag += 1, power *= correlation) {
    // A median depends on the signs of deviations, and those correlate by the arcsine law.
    inflation += 2 * (1 - lag / n) * (2 / Math.PI) * Math.asin(power);
  }
  return inflation;
}

function ofAllLags(correlationAt: (lag: number) => number, n: number): number {
  let inflation = -1;
  for (let lag = 0; lag + 1 <= n / 2; lag += 2) {
    const pair = correlationAt(lag) + correlationAt(lag + 1);
    if (pair <= 0) break;
    inflation += 2 * pair;
  }
  return inflation;
}

/** Correlation of ranks a lag apart; equal samples share the middle of their ranks. All equal: 0 at every lag. */
function rankCorrelation(samples: readonly number[]): (lag: number) => number {
  const deviations = ranks(samples).map((rank) => rank - (samples.length - 1) / 2);
  const products = (lag: number): number => {
    let sum = 0;
    for (let at = lag; at < deviations.length; at += 1) sum += deviations[at]! * deviations[at - lag]!;
    return sum;
  };
  const variance = products(0);
  return (lag) => (variance === 0 ? 0 : products(lag) / variance);
}

/** From 0, in the order of the samples. */
export function ranks(samples: readonly number[]): Float64Array {
  const order = ascending(samples);
  const found = new Float64Array(samples.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && samples[order[to]!] === samples[order[from]!]) to += 1;
    for (let at = from; at < to; at += 1) found[order[at]!] = (from + to - 1) / 2;
  }
  return found;
}

/** Indices of the samples, the smallest first. */
export function ascending(samples: readonly number[]): Uint32Array {
  return Uint32Array.from(samples.keys()).sort((left, right) => samples[left]! - samples[right]! || left - right);
}
