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
const COMPILATION_NS = 200e6;
const WARMUP_SAMPLES = 5;
const STOPPING = { precision: 0.01, mostSamples: 200 };

/** Takes some 0.3 s, or a few inferences where these are longer. */
export async function timeBaseline(baseline: FloatBaseline): Promise<NonNullable<MeasuredRecord['baseline']>> {
  const run = (): void => baseline.run();
  await untilCompiled(run);
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

async function untilCompiled(run: () => void): Promise<void> {
  const until = process.hrtime.bigint() + BigInt(COMPILATION_NS);
  while (process.hrtime.bigint() < until) {
    run();
    await new Promise(setImmediate);
  }
}
