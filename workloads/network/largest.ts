/**
 * The largest of several values as linear maps and ReLUs, for schemes that look functions up: max(a, b) = ReLU(a - b) + b, in rounds of
 * pairs. By tables it is exact but for their steps.
 *
 * @module
 */
import type { LinearMap } from './linear-map.ts';
import { SparseRows } from './sparse.ts';

/** One round: as many ReLUs of `differences` as there are pairs, and `sums` of these and of the values. */
export interface PairRound {
  /** Of the values: a - b of every pair. */
  readonly differences: LinearMap;
  /** Of the values with the ReLUs behind them: ReLU(a - b) + b of every pair, then every value without a partner. */
  readonly sums: LinearMap;
}

/**
 * Rounds that end with one value for each window; and what picks these, in the order of windows, from the values of the last round.
 *
 * @param width numbers that windows name
 * @example
 * largestRounds([Int32Array.of(0, 1, 2)], 3).rounds.length; // 2
 */
export function largestRounds(
  windows: readonly Int32Array[],
  width: number,
): { readonly rounds: readonly PairRound[]; readonly picked: LinearMap } {
  const rounds: PairRound[] = [];
  let groups: readonly ArrayLike<number>[] = windows;
  let values = width;
  while (groups.some(({ length }) => length > 1)) {
    const round = pairRound(groups, values);
    rounds.push(round);
    groups = round.groups;
    values = round.sums.matrix.rows;
  }
  return {
    rounds,
    picked: mapOf(
      values,
      groups.map((group) => [[group[0]!, 1]]),
    ),
  };
}

/** Half as many values in every group. */
function pairRound(groups: readonly ArrayLike<number>[], width: number): PairRound & { readonly groups: readonly number[][] } {
  const pairs: (readonly [a: number, b: number])[] = [];
  const alone: number[] = [];
  const next = groups.map((group) => {
    const places: number[] = [];
    for (let at = 0; at + 1 < group.length; at += 2) places.push(pairs.push([group[at]!, group[at + 1]!]) - 1);
    // Behind all pairs, as soon as their number is known.
    if (group.length % 2 === 1) places.push(-alone.push(group[group.length - 1]!));
    return places;
  });
  const differences = pairs.map(([a, b]) => [[a, 1], [b, -1]] as const); // prettier-ignore
  const sums = [...pairs.map(([, b], pair) => [[b, 1], [width + pair, 1]] as const), ...alone.map((value) => [[value, 1]] as const)]; // prettier-ignore
  return {
    differences: mapOf(width, differences),
    sums: mapOf(width + pairs.length, sums),
    groups: next.map((places) => places.map((place) => (place >= 0 ? place : pairs.length - 1 - place))),
  };
}

/** Sums of signed numbers out of `width`. */
function mapOf(width: number, sums: readonly (readonly (readonly [number: number, sign: number])[])[]): LinearMap {
  const rows = new SparseRows(width);
  for (const terms of sums) {
    for (const [number, sign] of terms.toSorted(([a], [b]) => a - b)) rows.add(number, sign);
    rows.endRow();
  }
  return { matrix: rows.matrix(null), bias: new Float64Array(sums.length) };
}
