/**
 * How often the intervals hold the median that they are said to hold, by simulation. Seeded: equal trials give equal shares.
 *
 * Times are drawn from a Gaussian process of first order, stretched to a tail on the slow side as latencies have it, with a
 * true median of 1. Its parameter is the correlation of the ranks of neighbours, which is what records show.
 *
 * @module
 */
import { isPrecise, nextRound, type StoppingRule } from './launch/stopping.ts';
import { effectiveSamples } from './record/effective-samples.ts';
import { blockLength, intervalOverLaunches, intervalWithinLaunch, movingBlocks, uniform, type Interval } from './record/median-interval.ts';
import { median } from './record/statistics.ts';

/** Gives the next time of one launch. */
export type Series = () => number;

export interface Coverage {
  /** Of the trials that gave an interval; null where none did. */
  readonly covered: number | null;
  /** Of all trials. */
  readonly given: number;
  /** Mean length of the interval over the true median; null where there was none. */
  readonly width: number | null;
  /** Mean count of samples in a launch. */
  readonly samples: number;
}

interface Trial {
  readonly interval: Interval | null;
  readonly samples: number;
}

/** One launch of `n` samples. */
export function coverageOfOneLaunch(n: number, series: (draw: () => number) => Series, trials: number): Coverage {
  return simulate(trials, (draw) => ({ interval: intervalWithinLaunch(taken(n, series(draw))), samples: n }));
}

/** The same by the moving-block bootstrap alone. */
export function coverageOfBlocks(n: number, series: (draw: () => number) => Series, trials: number): Coverage {
  return simulate(trials, (draw) => {
    const samples = taken(n, series(draw));
    return { interval: movingBlocks(samples, blockLength(n, effectiveSamples(samples)), 1), samples: n };
  });
}

/** The same by an interval that takes the samples for independent, as if they came in any order. */
export function coverageIfIndependent(n: number, series: (draw: () => number) => Series, trials: number): Coverage {
  return simulate(trials, (draw) => ({ interval: movingBlocks(taken(n, series(draw)), 1, 1), samples: n }));
}

/** One launch that stops by the rule, after at most `mostSamples` as a budget would have it. */
export function coverageOfStopping(rule: StoppingRule, series: (draw: () => number) => Series, trials: number): Coverage {
  return simulate(trials, (draw) => {
    const next = series(draw);
    const samples: number[] = [];
    for (let round = nextRound(0, rule); round > 0 && !isPrecise(samples, rule); round = nextRound(samples.length, rule)) {
      samples.push(...taken(round, next));
    }
    return { interval: intervalWithinLaunch(samples), samples: samples.length };
  });
}

/** Several launches of `n` samples, each slower or faster as a whole by a factor exp(`spread` * z). */
export function coverageOfLaunches(
  launches: number,
  spread: number,
  n: number,
  series: (draw: () => number) => Series,
  trials: number,
): Coverage {
  return simulate(trials, (draw) => {
    const medians = Array.from({ length: launches }, () => Math.exp(spread * normal(draw)) * median(taken(n, series(draw))));
    return { interval: intervalOverLaunches(medians), samples: n };
  });
}

/** Neighbours correlate by `rankCorrelation`; half of the times lie within about `spread` times 0.7 of the median. */
export function firstOrder(rankCorrelation: number, spread: number): (draw: () => number) => Series {
  return (draw) => {
    const next = gaussian(2 * Math.sin((Math.PI / 6) * rankCorrelation), draw);
    return () => skewed(next(), spread);
  };
}

/** Independent jitter over a machine that slowly changes its speed: neighbours correlate by `share` alone, but for a long time. */
export function slowUnderJitter(share: number, correlation: number, spread: number): (draw: () => number) => Series {
  return (draw) => {
    const slow = gaussian(correlation, draw);
    return () => skewed(Math.sqrt(share) * slow() + Math.sqrt(1 - share) * normal(draw), spread);
  };
}

function simulate(trials: number, trial: (draw: () => number) => Trial): Coverage {
  const draw = uniform(20260102);
  const done = Array.from({ length: trials }, () => trial(draw));
  const intervals = done.flatMap(({ interval }) => interval ?? []);
  const share = (count: number): number | null => (intervals.length === 0 ? null : count / intervals.length);
  return {
    covered: share(intervals.filter(({ low, high }) => low <= 1 && high >= 1).length),
    given: intervals.length / trials,
    width: share(intervals.reduce((sum, { low, high }) => sum + high - low, 0)),
    samples: done.reduce((sum, { samples }) => sum + samples, 0) / trials,
  };
}

function taken(count: number, next: Series): number[] {
  return Array.from({ length: count }, next);
}

/** Median 1; the slow side has the longer tail. */
function skewed(z: number, spread: number): number {
  return 1 + spread * (Math.exp(z) - 1);
}

/** Stationary from its first value on. */
function gaussian(correlation: number, draw: () => number): Series {
  let value = normal(draw);
  return () => {
    const now = value;
    value = correlation * value + Math.sqrt(1 - correlation * correlation) * normal(draw);
    return now;
  };
}

/** Box and Muller, Ann. Math. Stat. 29, 1958. */
function normal(draw: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}
