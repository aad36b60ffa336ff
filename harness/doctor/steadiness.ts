/**
 * How steady the machine is: one loop of arithmetic, timed again and again for two seconds. Whatever makes its times differ (other
 * programs, a neighbour on the same host, a processor that changes its clock) makes every figure differ as much.
 *
 * @module
 */
import { median } from '../record/statistics.ts';
import { fine, warning, type Check } from './check.ts';

const TRIAL_NS = 2e9;
/** About a millisecond: as long as a packed layer under CKKS. */
const STEPS = 300_000;
/** A run stops a case when the interval of its median is within 2%: a scatter far above needs many more samples. */
const STEADY_SPREAD = 0.05;
/** Share of the trial that was lost to interruptions. */
const TOLERATED_LOSS = 0.05;

export interface Steadiness {
  readonly n: number;
  readonly median_ns: number;
  /** Interquartile range over the median. */
  readonly spread: number;
  /** Share of all time beyond what the loop takes at its median: interruptions. */
  readonly lost: number;
}

/** Takes two seconds. */
export function measureSteadiness(): Steadiness {
  const times_ns: number[] = [];
  const start = process.hrtime.bigint();
  for (let now = start; Number(now - start) < TRIAL_NS;) {
    iterate(STEPS);
    const then = process.hrtime.bigint();
    times_ns.push(Number(then - now));
    now = then;
  }
  // The first tenth is compiled while it runs.
  return steadinessOf(times_ns.slice(Math.ceil(times_ns.length / 10)));
}

/** Of loop times in nanoseconds, at least one. */
export function steadinessOf(times_ns: readonly number[]): Steadiness {
  const sorted = times_ns.toSorted((a, b) => a - b);
  const middle = median(sorted);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))]!;
  const total = sorted.reduce((sum, time) => sum + time, 0);
  const beyond = sorted.reduce((sum, time) => sum + Math.max(0, time - middle), 0);
  return { n: sorted.length, median_ns: middle, spread: (at(0.75) - at(0.25)) / middle, lost: beyond / total };
}

export function checkSteadiness({ n, median_ns, spread, lost }: Steadiness): Check {
  const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
  const found = `a loop of ${(median_ns / 1e6).toFixed(2)} ms (n = ${n}) varies by ${percent(spread)}; interruptions took ${percent(lost)} of the time`;
  if (spread <= STEADY_SPREAD && lost <= TOLERATED_LOSS) return fine('Steadiness', found);
  return warning('Steadiness', found, 'compare medians and intervals only within one run, and use --profile full for figures to publish');
}

/** The logistic map: each step needs the one before, so that no compiler can shorten it. */
function iterate(steps: number): void {
  let x = 0.4;
  for (let step = 0; step < steps; step++) x = 3.9 * x * (1 - x);
  if (!(x > 0 && x < 1)) throw new Error('float arithmetic is broken');
}
