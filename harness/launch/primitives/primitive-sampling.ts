/**
 * Samples of operations from microseconds to seconds, under one budget for all of them.
 *
 * An operation that is short beside the clock is called several times a sample. As with networks, garbage collection is
 * never forced.
 *
 * @module
 */
import { isPrecise, nextRound, type Stopped, type StoppingRule } from '../stopping.ts';

/** A sample lasts at least this long: reading the clock twice takes some 0.1 µs. */
export const SHORTEST_SAMPLE_NS = 50_000;
export const MOST_SAMPLES = 200;
/** Warm-up ends after so many samples, or so much time: first calls are slow. */
const WARMUP_SAMPLES = 5;
const LONGEST_WARMUP_NS = 10e6;
/** A single call up to this long may have been short and interrupted by another process: it is called once more. */
const LONGEST_INTERRUPTION_NS = 200e6;

export type Run = () => void | Promise<void>;

export interface Calibrated {
  readonly callsPerSample: number;
  /** Of one call, in order. */
  readonly warmup_ns: readonly number[];
  /** Of all calls of a sample, at the pace of the fastest of the warm-up. */
  readonly sample_ns: number;
}

/** Doubles the calls until a sample is long enough; takes at least `warmup` samples and at least one, all of them warm-up. */
export async function calibrate(run: Run, warmup: number): Promise<Calibrated> {
  const warmup_ns: number[] = [];
  let callsPerSample = 1;
  let fastest_ns = Infinity;
  let spent_ns = 0;
  for (;;) {
    const elapsed_ns = await time_ns(run, callsPerSample);
    warmup_ns.push(elapsed_ns / callsPerSample);
    spent_ns += elapsed_ns;
    fastest_ns = Math.min(fastest_ns, elapsed_ns / callsPerSample);
    const isLongEnough = spent_ns >= (warmup_ns.length === 1 ? LONGEST_INTERRUPTION_NS : LONGEST_WARMUP_NS);
    const isWarm = warmup_ns.length >= warmup && (warmup_ns.length >= WARMUP_SAMPLES || isLongEnough);
    if (fastest_ns * callsPerSample < SHORTEST_SAMPLE_NS) callsPerSample *= 2;
    else if (isWarm) return { callsPerSample, warmup_ns, sample_ns: fastest_ns * callsPerSample };
  }
}

/**
 * How many samples of each operation the budget holds: equal time for all; what the quick ones leave goes to the others.
 * At least one each, at most MOST_SAMPLES. In the order of `samples_ns`, the time of one sample of each.
 */
export function allot(samples_ns: readonly number[], budget_ns: number): number[] {
  const counts = samples_ns.map(() => 0);
  const ascending = [...samples_ns.entries()].sort(([, left], [, right]) => left - right);
  let left_ns = budget_ns;
  for (const [position, [index, sample_ns]] of ascending.entries()) {
    const share_ns = left_ns / (ascending.length - position);
    const count = Math.min(MOST_SAMPLES, Math.max(1, Math.floor(share_ns / sample_ns)));
    counts[index] = count;
    left_ns -= count * sample_ns;
  }
  return counts;
}

export interface Timed {
  /** Of one call, in order. */
  readonly samples_ns: readonly number[];
  readonly stopped: Stopped;
}

/** Takes `count` samples, or fewer where the median is known before. */
export async function sample(run: Run, callsPerSample: number, count: number, { precision, mostSamples }: StoppingRule): Promise<Timed> {
  const rule = { precision, mostSamples: Math.min(count, mostSamples) };
  const samples_ns: number[] = [];
  for (let round = nextRound(0, rule); round > 0; round = nextRound(samples_ns.length, rule)) {
    for (let taken = 0; taken < round; taken++) {
      samples_ns.push((await time_ns(run, callsPerSample)) / callsPerSample);
      // Between macrotasks the process hears its parent: a loop of settled promises alone never would.
      await new Promise(setImmediate);
    }
    if (isPrecise(samples_ns, rule)) return { samples_ns, stopped: 'precise' };
  }
  return { samples_ns, stopped: samples_ns.length < Math.min(MOST_SAMPLES, mostSamples) ? 'budget' : 'most' };
}

async function time_ns(run: Run, calls: number): Promise<number> {
  const started = process.hrtime.bigint();
  for (let call = 0; call < calls; call++) {
    const pending = run();
    // Awaiting takes time even where nothing has to be waited for.
    if (pending !== undefined) await pending;
  }
  return Number(process.hrtime.bigint() - started);
}
