/**
 * Two classifiers on the same samples: only samples that one of them gets right and the other wrong tell them apart.
 *
 * @module
 */

/**
 * Exact two-sided p-value of McNemar's test: how likely a split of the discordant samples as uneven as this one, or more, is where both
 * classifiers are equally good, so that each such sample falls to either with probability 1/2. 1 where there are none.
 *
 * Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages", Psychometrika 12, 1947; the
 * exact form by the binomial distribution.
 *
 * @param onlyFirst samples that only the first classifier gets right
 * @param onlySecond samples that only the second one gets right
 * @throws RangeError where a count is negative or not whole
 * @example mcnemar_p(1, 5) === 14 / 64
 */
export function mcnemar_p(onlyFirst: number, onlySecond: number): number {
  for (const count of [onlyFirst, onlySecond]) if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`no count: ${count}`);
  const n = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  // Logarithms: 2^-n is no number of float64 beyond n = 1074.
  let term_log = -n * Math.LN2;
  let tail = Math.exp(term_log);
  for (let k = 1; k <= fewer; k++) {
    term_log += Math.log((n - k + 1) / k);
    tail += Math.exp(term_log);
  }
  return Math.min(1, 2 * tail);
}
