/**
 * Between samples only the young generation is collected: memory must not grow all the same while a launch goes on.
 *
 * @module
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { scheme } from '../../schemes/ckks/scheme.ts';
import { isRefusal, type Kernels } from '../../schemes/scheme.ts';
import { findWorkloads } from '../../workloads/registry.ts';
import type { Workload } from '../../workloads/workload.ts';
import { requirementOf } from '../record/requirement.ts';
import { sampleUntilKnown } from './sampling.ts';
import { runBatch } from './session.ts';

const BATCHES = 150;
/** Long enough for V8 to have collected the old generation some times. */
const SETTLED = 40;

beforeAll(() => {
  setFlagsFromString('--expose-gc');
  vi.stubGlobal('gc', runInNewContext('gc'));
});
afterAll(() => {
  vi.unstubAllGlobals();
});

test.each<Kernels>(['own', 'library'])('%s kernels: what a batch leaves does not pile up', async (kernels) => {
  const workload = findWorkloads('dense-64')[0] as Workload;
  const { arithmetic, operations, shapes } = scheme;
  const need = requirementOf({ parameters: null, kernels, threads: 1 });
  const task = await workload.prepare({
    ...{ scheme: { arithmetic, operations, shapes }, layout: 'packed', seed: 1, dataFolder: null },
    compile: (circuits) => scheme.compile(circuits, need),
  });
  if (isRefusal(task)) throw new Error(task.reason);
  await using client = await scheme.createClient(task.compiled.client);
  await using evaluator = await scheme.createEvaluator(task.compiled, await client.generateKeys(), { threads: 1 });
  await evaluator.prepare(task.plan.circuits);
  const parties = { clientPlan: task.compiled.client, client, evaluator };

  const used: { readonly wasm: number; readonly buffers: number }[] = [];
  let sent_bytes = 0;
  const once = async (): Promise<number> => {
    const { elapsed_ns, memory, bytes } = await runBatch(task.plan, parties, task.inputs(0));
    used.push({ wasm: memory.client_bytes + memory.evaluator_bytes, buffers: process.memoryUsage().arrayBuffers });
    sent_bytes = bytes.input + bytes.output;
    return elapsed_ns.evaluate;
  };
  const stopping = { precision: Number.MIN_VALUE, mostSamples: BATCHES };
  await sampleUntilKnown(once, (time_ns) => time_ns, { budget_ns: Infinity, warmup: 0, stopping });

  expect(used).toHaveLength(BATCHES);
  const most = (values: readonly { readonly wasm: number; readonly buffers: number }[], of: 'wasm' | 'buffers') =>
    Math.max(...values.map((value) => value[of]));
  const [early, late] = [used.slice(0, SETTLED), used.slice(-SETTLED)];
  expect(most(late, 'wasm')).toBe(most(early, 'wasm'));
  // If each batch left its bytes, 110 batches would leave as many times as much.
  expect(most(late, 'buffers') - most(early, 'buffers')).toBeLessThan(10 * sent_bytes);
});
