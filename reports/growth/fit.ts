/**
 * How a cost grows with a size: the power of it that fits best.
 *
 * @module
 */
import type { Interval } from '../../harness/record/statistics.ts';
import { studentQuantile } from '../../harness/record/student.ts';

export interface PowerFit {
  /** cost = factor * size^exponent. */
  readonly exponent: number;
  /** 95%, where the points lie around a power; null: two points, which any power meets. */
  readonly interval: Interval | null;
  readonly factor: number;
}

export interface GrowthPoint {
  readonly size: number;
  readonly cost: number;
}

const LEVEL = 0.95;

/**
 * Least squares of logarithms, since costs differ by factors.
 *
 * @returns null for fewer than two sizes, and where a size or a cost is not positive.
 */
export function fitPower(points: readonly GrowthPoint[]): PowerFit | null {
  if (points.some(({ size, cost }) => !(size > 0 && cost > 0))) return null;
  const x = points.map(({ size }) => Math.log(size));
  const y = points.map(({ cost }) => Math.log(cost));
  const n = points.length;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / n;
  const [centreX, centreY] = [mean(x), mean(y)];
  const spread = x.reduce((sum, value) => sum + (value - centreX) ** 2, 0);
  if (n < 2 || spread === 0) return null;
  const exponent = x.reduce((sum, value, at) => sum + (value - centreX) * (y[at]! - centreY), 0) / spread;
  const intercept = centreY - exponent * centreX;
  const residuals = x.reduce((sum, value, at) => sum + (y[at]! - intercept - exponent * value) ** 2, 0);
  const half = n < 3 ? null : studentQuantile(n - 2, LEVEL) * Math.sqrt(residuals / (n - 2) / spread);
  return { exponent, factor: Math.exp(intercept), interval: half === null ? null : { low: exponent - half, high: exponent + half } };
}
