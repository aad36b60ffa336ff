/**
 * Samples of one launch: warm-up first, then as many as it takes to know the median, or as the budget holds; never fewer than one.
 *
 * What is sampled is steady operation: one inference after the other, as a server does it. Garbage collection is never forced: V8 collects
 * when it sees fit, within a sample as within a server's inference. A forced collection, outside every timed stage, leaves the
 * processor's caches to other data and makes the next evaluation slower (docs/measuring.md has by how much).
 *
 * tinybench drives the loop with explicit counts. What it would decide by itself (64 iterations, one unrecorded call to
 * find out whether a task is asynchronous) would be paid in minutes here, and it keeps its samples sorted; so results are
 * kept here, in order, and tinybench is given their time.
 *
 * @module
 */
import { Bench } from 'tinybench';
import { isPrecise, nextRound, type Stopped, type StoppingRule } from './stopping.ts';

/** Warm-up calls beyond those that are asked for never pass this, however short they are. */
const MOST_WARMUP = 1000;
/** V8 compiles a kernel anew while it runs hot: the first dozens of short calls are slower than all others. */
const WARMUP_SHARE = 1 / 4;
const LONGEST_WARMUP_NS = 1e9;

export interface SamplingLimits {
  /** For the samples, warm-up apart. */
  readonly budget_ns: number;
  /** Least calls; where these are short, more follow for a quarter of the budget, one second at most. 0: none. */
  readonly warmup: number;
  readonly stopping: StoppingRule;
}

/** In the order taken. */
export interface Sampled<T> {
  readonly warmup: readonly T[];
  readonly samples: readonly [T, ...T[]];
  readonly stopped: Stopped;
}

/**
 * Calls `once` with 0, 1, 2, ... through warm-up and samples; `time_ns` reads the time whose median is to be known out of a result.
 * Samples are taken in rounds as the rest of the budget allows: first calls are slow, and would foretell too few.
 * `onCount` is told how many samples to expect, anew before every round.
 */
export async function sampleUntilKnown<T>(
  once: (index: number) => Promise<T>,
  time_ns: (result: T) => number,
  limits: SamplingLimits,
  onCount: (samples: number) => void = () => undefined,
): Promise<Sampled<T>> {
  const results: T[] = [];
  let calls = 0;
  const call = async (): Promise<{ overriddenDuration: number }> => {
    const result = await once(calls++);
    results.push(result);
    // Between macrotasks the process hears its parent: a loop of settled promises alone never would.
    await new Promise(setImmediate);
    return { overriddenDuration: time_ns(result) / 1e6 };
  };
  if (limits.warmup > 0) await warmUp(call, results, limits);
  const warmup = results.splice(0);
  const started = process.hrtime.bigint();
  let stopped: Stopped | null = null;
  for (let next = 1; stopped === null;) {
    onCount(results.length + next);
    await repeat(call, next);
    const spent_ns = Number(process.hrtime.bigint() - started);
    const affordable = Math.floor((limits.budget_ns - spent_ns) / (spent_ns / results.length));
    next = Math.min(affordable, nextRound(results.length, limits.stopping));
    if (isPrecise(results.map(time_ns), limits.stopping)) stopped = 'precise';
    else if (results.length >= limits.stopping.mostSamples) stopped = 'most';
    else if (next <= 0) stopped = 'budget';
  }
  const [first, ...others] = results;
  return { warmup, samples: [first!, ...others], stopped };
}

async function warmUp(
  call: () => Promise<{ overriddenDuration: number }>,
  done: readonly unknown[],
  limits: SamplingLimits,
): Promise<void> {
  const until = process.hrtime.bigint() + BigInt(Math.round(Math.min(limits.budget_ns * WARMUP_SHARE, LONGEST_WARMUP_NS)));
  await repeat(call, limits.warmup);
  while (process.hrtime.bigint() < until && done.length < MOST_WARMUP) await repeat(call, 1);
}

async function repeat(call: () => Promise<{ overriddenDuration: number }>, iterations: number): Promise<void> {
  const bench = new Bench({ time: 0, iterations, warmup: false, throws: true });
  bench.add('batch', call, { async: true });
  await bench.run();
}
