/** @module */
import { expect, test, vi } from 'vitest';
import { timeBaseline } from './baseline.ts';

test('short inferences are timed together, and every time is of one', async () => {
  const run = vi.fn();
  const { inferencesPerSample, samples_ns, warmup_ns } = await timeBaseline({ inferences: 3, run }, 1e9);
  expect(inferencesPerSample % 3).toBe(0);
  expect(inferencesPerSample).toBeGreaterThan(30);
  expect(run.mock.calls.length).toBeGreaterThanOrEqual((samples_ns.length * inferencesPerSample) / 3);
  for (const time_ns of [...samples_ns, ...warmup_ns]) expect(time_ns).toBeGreaterThan(0);
});

test('an inference longer than the budget is timed once, by itself', async () => {
  const until = (end: number): void => {
    while (performance.now() < end);
  };
  const { inferencesPerSample, samples_ns, warmup_ns } = await timeBaseline({ inferences: 1, run: () => until(performance.now() + 60) }, 0);
  expect(inferencesPerSample).toBe(1);
  expect(samples_ns).toHaveLength(1);
  expect(warmup_ns.length).toBeGreaterThan(0);
});
