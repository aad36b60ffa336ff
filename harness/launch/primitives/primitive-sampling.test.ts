/** @module */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { allot, calibrate, MOST_SAMPLES, sample, SHORTEST_SAMPLE_NS } from './primitive-sampling.ts';

const stopping = { precision: 1e-9, mostSamples: 1000 };
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

describe('allot', () => {
  const spent = (times: readonly number[], counts: readonly number[]): number =>
    times.reduce((sum, time_ns, at) => sum + time_ns * counts[at]!, 0);

  test('at least one sample each, however small the budget', () => {
    expect(allot([5e9, 1e3, 2e6], 1)).toEqual([1, 1, 1]);
    expect(allot([5e9, 1e3], 0)).toEqual([1, 1]);
  });

  test('equal time for all, up to the limit, and never more than the budget', () => {
    expect(allot([1e6, 2e6, 5e6], 30e6)).toEqual([10, 5, 2]);
    expect(allot([1e3, 1e3], 1e9)).toEqual([MOST_SAMPLES, MOST_SAMPLES]);
    const times = [70e3, 3e6, 900e3, 12e6, 50e3];
    expect(spent(times, allot(times, 200e6))).toBeLessThanOrEqual(200e6);
  });

  test('what the quick ones leave goes to the slow ones', () => {
    // An equal half would hold 5 of the slow.
    const [slow, quick] = allot([10e6, 50e3], 100e6);
    expect(quick).toBe(MOST_SAMPLES);
    expect(slow).toBe(9);
  });

  test('no operation, no sample', () => {
    expect(allot([], 1e9)).toEqual([]);
  });
});

describe('calibrate', () => {
  afterEach(() => void vi.restoreAllMocks());

  /** An operation that takes `durations_ns` of the process's clock, the last of them from then on. */
  const taking = (...durations_ns: number[]) => {
    let now = 0;
    vi.spyOn(process.hrtime, 'bigint').mockImplementation(() => BigInt(now));
    return vi.fn(() => {
      now += durations_ns.length > 1 ? durations_ns.shift()! : durations_ns[0]!;
    });
  };

  test('an operation far below the clock is called many times a sample', async () => {
    const run = taking(100);
    const { callsPerSample, warmup_ns, sample_ns } = await calibrate(run, 1);
    expect(callsPerSample).toBe(512);
    expect(sample_ns).toBeGreaterThanOrEqual(SHORTEST_SAMPLE_NS);
    expect(warmup_ns).toHaveLength(10);
    expect(run).toHaveBeenCalledTimes(1023);
  });

  test('a short operation whose first call was interrupted is known as short', async () => {
    expect((await calibrate(taking(30e6, 100), 1)).callsPerSample).toBe(512);
  });

  test('an operation of seconds is called once', async () => {
    const run = taking(2e9);
    expect(await calibrate(run, 1)).toEqual({ callsPerSample: 1, warmup_ns: [2e9], sample_ns: 2e9 });
    expect(run).toHaveBeenCalledOnce();
  });

  test('an operation of milliseconds is called once a sample, and waited for', async () => {
    let done = 0;
    const { callsPerSample, warmup_ns } = await calibrate(async () => {
      await pause();
      done++;
    }, 1);
    expect(callsPerSample).toBe(1);
    expect(done).toBe(warmup_ns.length);
  });

  test.each([0, 1, 12])('takes at least %i samples to warm up, and at least one', async (warmup) => {
    const run = vi.fn(pause);
    const { warmup_ns } = await calibrate(run, warmup);
    expect(warmup_ns.length).toBeGreaterThanOrEqual(Math.max(1, warmup));
    expect(run).toHaveBeenCalledTimes(warmup_ns.length);
  });
});

describe('sample', () => {
  test('so many samples of so many calls, each the time of one call', async () => {
    const run = vi.fn(pause);
    const { samples_ns: samples } = await sample(run, 2, 3, stopping);
    expect(run).toHaveBeenCalledTimes(6);
    expect(samples).toHaveLength(3);
    expect(samples.every((time_ns) => time_ns > 0)).toBe(true);
  });

  test('ends when the median is known, when the budget is spent, or at the most that are ever taken', async () => {
    const taken = async (count: number, rule: typeof stopping) => {
      const { samples_ns, stopped } = await sample(() => undefined, 1, count, rule);
      return [samples_ns.length, stopped];
    };
    // Any interval is within a thousand times the median.
    expect(await taken(MOST_SAMPLES, { precision: 1000, mostSamples: 1000 })).toEqual([30, 'precise']);
    expect(await taken(7, stopping)).toEqual([7, 'budget']);
    expect(await taken(MOST_SAMPLES, { precision: 1000, mostSamples: 5 })).toEqual([5, 'most']);
  });

  test('the process hears others between samples', async () => {
    let heard = false;
    setImmediate(() => (heard = true));
    await sample(() => undefined, 1, 2, stopping);
    expect(heard).toBe(true);
  });
});
