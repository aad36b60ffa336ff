/** @module */
import { expect, test, vi } from 'vitest';
import { MOST_SAMPLES, sampleByBudget } from './sampling.ts';

/** Each call takes 2 ms of wall time and says that it took its index. */
async function call(index: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 2));
  return index;
}

test('warm-up and samples keep the order in which they were taken, and no call is lost', async () => {
  const once = vi.fn(call);
  const { warmup, samples } = await sampleByBudget(once, (index) => index, { budget_ns: 30e6, warmup: 3 });
  expect(warmup.length).toBeGreaterThanOrEqual(3);
  expect([...warmup, ...samples]).toEqual(Array.from({ length: warmup.length + samples.length }, (_, index) => index));
  expect(once).toHaveBeenCalledTimes(warmup.length + samples.length);
  expect(samples.length).toBeGreaterThan(1);
});

test.each([0, 1, 2])('a budget too small for one sample still takes one, after %i warm-up calls', async (warmup) => {
  const once = vi.fn(call);
  const sampled = await sampleByBudget(once, () => 0, { budget_ns: 1, warmup });
  expect(sampled.samples).toEqual([warmup]);
  expect(once).toHaveBeenCalledTimes(warmup + 1);
});

test('the number of samples has a limit, and is told before they are taken', async () => {
  const told: number[] = [];
  const { samples } = await sampleByBudget(
    (index) => Promise.resolve(index),
    () => 0,
    { budget_ns: 60e9, warmup: 1 },
    (count) => told.push(count),
  );
  expect(samples).toHaveLength(MOST_SAMPLES);
  // Before anything is known, one is certain.
  expect([told[0], told[1], told.at(-1)]).toEqual([1, MOST_SAMPLES, MOST_SAMPLES]);
});

test('short calls are warmed up for a quarter of the budget, long ones no more often than asked', async () => {
  const lasting =
    (time_ms: number) =>
    async (index: number): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, time_ms));
      return index;
    };
  const limits = { budget_ns: 100e6, warmup: 2 };
  expect((await sampleByBudget(lasting(1), () => 0, limits)).warmup.length).toBeGreaterThan(2);
  expect((await sampleByBudget(lasting(30), () => 0, limits)).warmup).toHaveLength(2);
});

test('without warm-up the first call is a sample', async () => {
  const { warmup, samples } = await sampleByBudget(call, () => 0, { budget_ns: 30e6, warmup: 0 });
  expect(warmup).toEqual([]);
  expect(samples[0]).toBe(0);
  expect(samples.length).toBeGreaterThan(1);
});

test('a failing sample ends the sampling with its own error', async () => {
  const failing = (index: number): Promise<number> => (index === 2 ? Promise.reject(new Error('broken')) : Promise.resolve(index));
  await expect(sampleByBudget(failing, () => 0, { budget_ns: 1e9, warmup: 1 })).rejects.toThrow('broken');
});

test('a slow first call does not cost the others their budget', async () => {
  const slowFirst = async (index: number): Promise<number> => {
    await new Promise((resolve) => setTimeout(resolve, index <= 1 ? 100 : 1));
    return index;
  };
  const { samples } = await sampleByBudget(slowFirst, () => 0, { budget_ns: 400e6, warmup: 1 });
  // At the pace of the first call there would be four.
  expect(samples.length).toBeGreaterThan(8);
});
