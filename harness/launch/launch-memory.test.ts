/**
 * Between samples nothing is collected by order: memory must not grow all the same while a launch goes on.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { scheme } from '../../schemes/ckks/scheme.ts';
import { collectGarbage } from '../../schemes/conformance/collect-garbage.ts';
import { isRefusal, type Kernels } from '../../schemes/scheme.ts';
import { findWorkloads } from '../../workloads/registry.ts';
import type { Workload } from '../../workloads/workload.ts';
import { requirementOf } from '../record/requirement.ts';
import { sampleUntilKnown } from './sampling.ts';
import { runBatch } from './session.ts';

const BATCHES = 40;

test.each<Kernels>(['own', 'library'])('%s kernels: what a batch leaves does not pile up', async (kernels) => {
  const workload = findWorkloads('dense-64')[0] as Workload;
  const { arithmetic, operations, shapes } = scheme;
  const need = requirementOf({ parameters: null, kernels, threads: 1 });
  const task = await workload.prepare({
    ...{ scheme: { arithmetic, operations, shapes }, layout: 'packed', seed: 1, dataFolder: null, planCache: null },
    compile: (circuits) => scheme.compile(circuits, need),
  });
  if (isRefusal(task)) throw new Error(task.reason);
  await using client = await scheme.createClient(task.compiled.client);
  await using evaluator = await scheme.createEvaluator(task.compiled, await client.generateKeys(), { threads: 1 });
  await evaluator.prepare(task.plan.circuits);
  const parties = { clientPlan: task.compiled.client, client, evaluator };

  /** Runs batches; gives what is alive after them, and the bytes that one batch sends. */
  const after = async (count: number) => {
    const once = () => runBatch(task.plan, parties, task.inputs(0));
    const limits = { budget_ns: Infinity, warmup: 0, stopping: { precision: Number.MIN_VALUE, mostSamples: count } };
    const { memory, bytes } = (await sampleUntilKnown(once, ({ elapsed_ns }) => elapsed_ns.evaluate, limits)).samples[count - 1]!;
    await collectGarbage();
    return {
      held: [memory.client.reserved_bytes, memory.evaluator.reserved_bytes],
      buffers: process.memoryUsage().arrayBuffers,
      sent: bytes.input + bytes.output,
    };
  };
  const early = await after(BATCHES);
  const late = await after(2 * BATCHES);
  expect(late.held).toEqual(early.held);
  expect(late.buffers - early.buffers).toBeLessThan(early.sent);
});
