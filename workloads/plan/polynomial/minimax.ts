/**
 * The polynomial of least greatest error: Remez's exchange algorithm (Remez, C. R. Acad. Sci. Paris 198, 1934; Cheney, "Introduction
 * to Approximation Theory", 1966, chapter 3).
 *
 * With n powers that form a Haar system on the interval (all powers; or only odd ones, or only even ones, where the interval holds no
 * pair x, -x), the best polynomial is the one whose error takes its greatest absolute value n + 1 times with alternating sign.
 *
 * @module
 */
import { type Polynomial, valueAt } from './polynomial.ts';
import type { Interval } from '../range.ts';

/** Extrema are looked for on so many cells; between grid points the error is greater by some 10^-5 of itself at most. */
const GRID = 4_000;
const MOST_EXCHANGES = 50;
/** On the grid, the greatest error exceeds the least possible one by at most this share. */
const TOLERANCE = 1e-9;

/**
 * The coefficients, by ascending power. Functions with corners may leave the exchange unsettled: then the best polynomial that it met.
 *
 * @param powers ascending
 * @throws Error where no polynomial comes near: powers that are no Haar system on the interval
 */
export function minimaxFit(of: (x: number) => number, { min, max }: Interval, powers: readonly number[]): Polynomial {
  const points = powers.length + 1;
  // Extrema of a Chebyshev polynomial: near the answer for smooth functions.
  let reference = Array.from({ length: points }, (_, index) => (min + max - (max - min) * Math.cos((Math.PI * index) / powers.length)) / 2);
  let best: { readonly polynomial: Polynomial; readonly greatest: number } | null = null;
  for (let exchange = 0; exchange < MOST_EXCHANGES; exchange++) {
    const { polynomial, leastError } = alternatingFit(of, reference, powers);
    const error = (x: number): number => of(x) - valueAt(polynomial, x);
    const extrema = alternatingExtrema(error, min, max, points);
    const greatest = Math.max(...extrema.map((x) => Math.abs(error(x))));
    if (best === null || greatest < best.greatest) best = { polynomial, greatest };
    if (extrema.length < points || greatest <= leastError * (1 + TOLERANCE)) break;
    reference = extrema;
  }
  const { polynomial, greatest } = best!;
  // Worse than no polynomial at all: the powers are no Haar system.
  if (!(greatest <= Math.max(...reference.map((x) => Math.abs(of(x)))))) {
    throw new Error(`no polynomial of powers ${powers.join(', ')} comes near the function`);
  }
  return polynomial;
}

/** The polynomial whose error at the reference points is +e, -e, +e, ... for one e. */
function alternatingFit(
  of: (x: number) => number,
  reference: readonly number[],
  powers: readonly number[],
): { polynomial: Polynomial; leastError: number } {
  const rows = reference.map((x, index) => [...powers.map((power) => x ** power), index % 2 === 0 ? 1 : -1, of(x)]);
  const solution = solveLinear(rows);
  const polynomial = new Array<number>(powers.at(-1)! + 1).fill(0);
  for (const [index, power] of powers.entries()) polynomial[power] = solution[index]!;
  return { polynomial, leastError: Math.abs(solution.at(-1)!) };
}

/** Where |error| is greatest between two changes of its sign; the smaller ends are left out where there are more than `points`. */
function alternatingExtrema(error: (x: number) => number, min: number, max: number, points: number): number[] {
  const extrema: { x: number; value: number }[] = [];
  for (let at = 0; at <= GRID; at++) {
    const x = min + ((max - min) * at) / GRID;
    const value = error(x);
    const last = extrema.at(-1);
    if (last === undefined || value * last.value < 0) extrema.push({ x, value });
    else if (Math.abs(value) > Math.abs(last.value)) extrema[extrema.length - 1] = { x, value };
  }
  while (extrema.length > points) {
    if (Math.abs(extrema[0]!.value) < Math.abs(extrema.at(-1)!.value)) extrema.shift();
    else extrema.pop();
  }
  return extrema.map(({ x }) => x);
}

/** Gaussian elimination with partial pivoting; each row ends with its right side. */
export function solveLinear(rows: readonly (readonly number[])[]): number[] {
  const work = rows.map((row) => [...row]);
  const size = work.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) if (Math.abs(work[row]![column]!) > Math.abs(work[pivot]![column]!)) pivot = row;
    [work[column], work[pivot]] = [work[pivot]!, work[column]!];
    for (let row = column + 1; row < size; row++) {
      const factor = work[row]![column]! / work[column]![column]!;
      for (let entry = column; entry <= size; entry++) work[row]![entry]! -= factor * work[column]![entry]!;
    }
  }
  const solution = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row--) {
    let rest = work[row]![size]!;
    for (let column = row + 1; column < size; column++) rest -= work[row]![column]! * solution[column]!;
    solution[row] = rest / work[row]![row]!;
  }
  return solution;
}
