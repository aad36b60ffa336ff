/** @module */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sampleUntilKnown } from './sampling.ts';

/** Never content, so that the budget decides. */
const stopping = { precision: 1e-9, mostSamples: 1000 };

/** The process's clock is ours: calls take as long as they say on a loaded machine too. */
let now_ns = 0;
beforeEach(() => {
  vi.spyOn(process.hrtime, 'bigint').mockImplementation(() => BigInt(now_ns));
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Each call takes `time_ms` and says that it took its index. */
const lasting =
  (time_ms: number) =>
  (index: number): Promise<number> => {
    now_ns += time_ms * 1e6;
    return Promise.resolve(index);
  };
const call = lasting(2);

test('warm-up and samples keep the order in which they were taken, and no call is lost', async () => {
  const once = vi.fn(call);
  const limits = { budget_ns: 1e9, warmup: 3, stopping: { ...stopping, mostSamples: 20 } };
  const { warmup, samples } = await sampleUntilKnown(once, (index) => index, limits);
  expect(warmup.length).toBeGreaterThanOrEqual(3);
  expect([...warmup, ...samples]).toEqual(Array.from({ length: warmup.length + samples.length }, (_, index) => index));
  expect(once).toHaveBeenCalledTimes(warmup.length + samples.length);
  expect(samples.length).toBeGreaterThan(1);
});

test.each([0, 1, 2])('a budget too small for one sample still takes one, after %i warm-up calls', async (warmup) => {
  const once = vi.fn(call);
  const sampled = await sampleUntilKnown(once, () => 0, { budget_ns: 1, warmup, stopping });
  expect(sampled.samples).toEqual([warmup]);
  expect(once).toHaveBeenCalledTimes(warmup + 1);
});

test('the number of samples has a limit, and is told before they are taken', async () => {
  const told: number[] = [];
  const { samples, stopped } = await sampleUntilKnown(
    (index) => Promise.resolve(index),
    (index) => index,
    { budget_ns: 60e9, warmup: 1, stopping: { ...stopping, mostSamples: 100 } },
    (count) => told.push(count),
  );
  expect(samples).toHaveLength(100);
  expect(stopped).toBe('most');
  // Before anything is known, one is certain.
  expect([told[0], told.at(-1)]).toEqual([1, 100]);
});

test('sampling ends as soon as the median is known, asked at thirty for the first time', async () => {
  const limits = { budget_ns: 60e9, warmup: 1, stopping: { precision: 0.01, mostSamples: 1000 } };
  const steady = await sampleUntilKnown(
    () => Promise.resolve(1000),
    (time_ns) => time_ns,
    limits,
  );
  expect({ n: steady.samples.length, stopped: steady.stopped }).toEqual({ n: 30, stopped: 'precise' });
  const restless = await sampleUntilKnown(
    (index) => Promise.resolve(1000 + ((index * 37) % 101)),
    (time_ns) => time_ns,
    limits,
  );
  expect(restless.stopped).toBe('precise');
  expect(restless.samples.length).toBeGreaterThan(100);
});

test('where the budget is spent first, it says so', async () => {
  const { stopped } = await sampleUntilKnown(call, (index) => index + 1, { budget_ns: 20e6, warmup: 1, stopping });
  expect(stopped).toBe('budget');
});

test('short calls are warmed up for a quarter of the budget, long ones no more often than asked', async () => {
  const limits = { budget_ns: 100e6, warmup: 2, stopping };
  expect((await sampleUntilKnown(lasting(1), () => 0, limits)).warmup).toHaveLength(25);
  expect((await sampleUntilKnown(lasting(30), () => 0, limits)).warmup).toHaveLength(2);
});

test('without warm-up the first call is a sample', async () => {
  const limits = { budget_ns: 60e9, warmup: 0, stopping: { ...stopping, mostSamples: 3 } };
  const { warmup, samples } = await sampleUntilKnown(call, () => 0, limits);
  expect(warmup).toEqual([]);
  expect(samples).toEqual([0, 1, 2]);
});

test('a failing sample ends the sampling with its own error', async () => {
  const failing = (index: number): Promise<number> => (index === 2 ? Promise.reject(new Error('broken')) : Promise.resolve(index));
  await expect(sampleUntilKnown(failing, () => 0, { budget_ns: 1e9, warmup: 1, stopping })).rejects.toThrow('broken');
});

test('a slow first call does not cost the others their budget', async () => {
  const slowFirst = (index: number): Promise<number> => lasting(index <= 1 ? 100 : 1)(index);
  const { samples } = await sampleUntilKnown(slowFirst, (index) => index, { budget_ns: 400e6, warmup: 1, stopping });
  // At the pace of the first call there would be four.
  expect(samples).toHaveLength(300);
});
