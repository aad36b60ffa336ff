/**
 * Many comparisons at once: with twenty cells, one in twenty errs by chance.
 *
 * @module
 */

/**
 * p-values that may be held against one level together: the chance of any false alarm stays below it (S. Holm, Scandinavian Journal of
 * Statistics 6, 1979). In the order given.
 *
 * @example holm([0.01, 0.04]); // [0.02, 0.04]
 */
export function holm(p: readonly number[]): readonly number[] {
  const order = [...p.keys()].sort((left, right) => p[left]! - p[right]!);
  const adjusted = new Array<number>(p.length);
  let largest = 0;
  order.forEach((at, rank) => {
    largest = Math.max(largest, Math.min(1, (p.length - rank) * p[at]!));
    adjusted[at] = largest;
  });
  return adjusted;
}
