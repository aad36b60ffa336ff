/**
 * What is printed of samples: their median with its interval, or the samples themselves where they are too few for one.
 *
 * @module
 */
import { summarizeOnce } from './summarize-once.ts';
import { figure, missing, pair } from './table.ts';
import type { Cell } from './table.ts';

/** In the order taken, launch by launch. */
export type SamplesByLaunch = readonly (readonly number[])[];

/** One sample stands for itself, and between two lies none that was measured. */
const MINIMUM_FOR_MEDIAN = 3;

/**
 * The samples of all launches as one cell, launches of equal weight; `scale` rises or falls throughout, as from a time to a time per sample or to a rate.
 *
 * @example
 * sampledCell([[2e9, 4e9]], (time_ns) => time_ns / 1000) // a pair: 2 ms, 4 ms
 */
export function sampledCell(launches: SamplesByLaunch, scale: (sample: number) => number = (sample) => sample): Cell {
  const samples = launches.flat();
  const [first, second] = samples;
  if (first === undefined) return missing();
  if (second !== undefined && samples.length < MINIMUM_FOR_MEDIAN) return pair(scale(first), scale(second));
  const { median, n, interval } = summarizeOnce(launches);
  if (interval === null) return figure(scale(median), n);
  const ends = [scale(interval.low), scale(interval.high)] as const;
  return figure(scale(median), n, { low: Math.min(...ends), high: Math.max(...ends) });
}
