/**
 * Times the float network beside the encrypted one: in the same process, on one thread.
 *
 * @module
 */
import type { FloatBaseline } from '../../workloads/workload.ts';
import type { MeasuredRecord } from '../record/record.ts';
import { allot, calibrate, sample } from './primitives/primitive-sampling.ts';

/** For the samples, warm-up apart. */
const BUDGET_NS = 50e6;
/** V8 compiles the loops for speed on a thread of its own, and until that is done a call takes ten times as long. */
const COMPILATION_NS = { least: 100e6, most: 200e6 };
/** Of the budget of a launch. */
const COMPILATION_SHARE = 0.2;
const WARMUP_SAMPLES = 5;
const STOPPING = { precision: 0.01, mostSamples: 200 };

/** Takes some 0.3 s, or a few inferences where these are longer; 0.2 s where the samples of the launch have less than a second (`budget_ns`). */
export async function timeBaseline(baseline: FloatBaseline, budget_ns: number): Promise<NonNullable<MeasuredRecord['baseline']>> {
  const run = (): void => baseline.run();
  const { least, most } = COMPILATION_NS;
  await untilCompiled(run, Math.min(most, Math.max(least, budget_ns * COMPILATION_SHARE)));
  const { callsPerSample, sample_ns, warmup_ns } = await calibrate(run, WARMUP_SAMPLES);
  const [count] = allot([sample_ns], BUDGET_NS);
  const { samples_ns } = await sample(run, callsPerSample, count!, STOPPING);
  const ofOne = (call_ns: number): number => call_ns / baseline.inferences;
  return {
    inferencesPerSample: callsPerSample * baseline.inferences,
    samples_ns: samples_ns.map(ofOne),
    warmup_ns: warmup_ns.map(ofOne),
  };
}

async function untilCompiled(run: () => void, time_ns: number): Promise<void> {
  const until = process.hrtime.bigint() + BigInt(Math.round(time_ns));
  while (process.hrtime.bigint() < until) {
    run();
    await new Promise(setImmediate);
  }
}
