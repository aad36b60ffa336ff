/**
 * Noise as a sum of parts: each a bound on its greatest coefficient, and the number of independent random polynomials that it is a
 * product of. The more there are, the heavier the tail: a part of d factors is 2^b times its bound already where each of them is
 * 2^(b / d) times its own.
 *
 * @module
 */

export interface NoisePart {
  /** Random polynomials that are multiplied, at least 1. */
  readonly factors: number;
  /** log2 of the greatest coefficient, where each factor lies within `DEVIATIONS` of its standard deviations. */
  readonly bound_log2: number;
}

/** At most one part for each number of factors. */
export type Noise = readonly NoisePart[];

/** Standard deviations that a bound allows each factor. */
export const DEVIATIONS = 6;

/** Noise of one normal polynomial with that bound. */
export function plainNoise(bound_log2: number): Noise {
  return [{ factors: 1, bound_log2 }];
}

/** Bounds of parts add up. */
export function total_log2(noise: Noise): number {
  return noise.reduce((sum, { bound_log2 }) => sumOfLogs(sum, bound_log2), -Infinity);
}

export function scaled(noise: Noise, by_log2: number): Noise {
  return noise.map(({ factors, bound_log2 }) => ({ factors, bound_log2: bound_log2 + by_log2 }));
}

export function sum(...noises: readonly Noise[]): Noise {
  return merged(noises.flat(), sumOfLogs);
}

/** A noise that bounds each of the given ones. */
export function greatest(noises: readonly Noise[]): Noise {
  return merged(noises.flat(), Math.max);
}

/** Each part by each, times 2^by_log2. */
export function productOf(left: Noise, right: Noise, by_log2: number): Noise {
  return sum(
    left.flatMap((a) => right.map((b) => ({ factors: a.factors + b.factors, bound_log2: a.bound_log2 + b.bound_log2 + by_log2 }))),
  );
}

/** Multiplied by one more random polynomial, which brings it to 2^by_log2 times its bound. */
export function multiplied(noise: Noise, by_log2: number): Noise {
  return scaled(noise, by_log2).map(({ factors, bound_log2 }) => ({ factors: factors + 1, bound_log2 }));
}

function merged(parts: readonly NoisePart[], join: (a: number, b: number) => number): Noise {
  const bounds = new Map<number, number>();
  for (const { factors, bound_log2 } of parts) {
    const before = bounds.get(factors);
    bounds.set(factors, before === undefined ? bound_log2 : join(before, bound_log2));
  }
  return [...bounds].map(([factors, bound_log2]) => ({ factors, bound_log2 }));
}

function sumOfLogs(a: number, b: number): number {
  const most = Math.max(a, b);
  return most === -Infinity ? most : most + Math.log2(1 + 2 ** -Math.abs(a - b));
}
