/** @module */
import { describe, expect, test } from 'vitest';
import { scheme as ckks } from '../../schemes/ckks/scheme.ts';
import { collectGarbage } from '../../schemes/conformance/collect-garbage.ts';
import { held_bytes, isRefusal } from '../../schemes/scheme.ts';
import { digitNetworks } from '../../workloads/cnn/digit-networks.ts';
import { arrange } from './arrange.ts';
import { forecastWorkload, launchWorkload } from './network-launch.fixture.ts';
import { isMeasured } from '../record/record.ts';
import { requirementOf } from '../record/requirement.ts';

/** `npm run test:full` runs all of them. */
const networks =
  process.env['ENIGMARK_FULL'] === undefined
    ? digitNetworks.filter(({ id }) => ['cnn-cryptonets', 'cnn-lola-small'].includes(id))
    : digitNetworks;

const launch = { scheme: ckks, kernels: 'own', layout: 'batched', parameters: null, seed: 1 } as const;
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  'cnn-tenseal': ['input', 'conv', 'square 1', 'hidden', 'square 2', 'output'],
  'cnn-cryptonets': ['input', 'conv', 'square 1', 'hidden', 'square 2', 'output'],
  'cnn-lola-small': ['input', 'conv', 'square', 'output'],
  'cnn-relu': ['input', 'conv', 'relu 1', 'pool + hidden', 'relu 2', 'output'],
};

describe.each(networks.map((workload) => [workload.id, workload] as const))('%s', (id, workload) => {
  test('all held-out images encrypted: right classes, every layer, predicted counts', async () => {
    const { operations, peak_bytes } = await forecastWorkload(workload, launch);
    const record = await launchWorkload(workload, launch);
    if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
    const { heldOut, samples, encrypted, agreement, maxAbsError, precision_bits } = record.accuracy!;
    const evaluate_ns = record.stages.evaluate.samples_ns[0]!;
    console.log(
      `${id}: float ${heldOut!.float}, planned ${heldOut!.planned}, encrypted ${encrypted}, agreement ${agreement}; off by ${maxAbsError?.toFixed(4)}, ` +
        `${precision_bits?.toFixed(1)} bits; ${(evaluate_ns / 1e6 / record.batch).toFixed(3)} ms an image; ` +
        `${record.memory.evaluator.reserved_bytes} of ${Math.round(peak_bytes)} bytes; ${record.data}`,
    );
    expect(samples).toBe(2000);
    expect(agreement).toBeGreaterThanOrEqual(0.995);
    expect(Math.abs(heldOut!.planned - heldOut!.float)).toBeLessThanOrEqual(id === 'cnn-relu' ? 0.015 : 0.005);
    expect(precision_bits).toBeGreaterThanOrEqual(6);
    expect(record.operations).toEqual(operations);
    expect(record.layers.map(({ name }) => name)).toEqual(LAYERS[id]);
    expect(record.data).toContain('0 of 2000 samples went outside a calibrated range');
    expect(record.data).toContain('4096 slots, filled by repeating the samples');
    expect(record.memory.evaluator.reserved_bytes).toBeLessThanOrEqual(peak_bytes);
    expect(record.memory.evaluator.reserved_bytes).toBeGreaterThanOrEqual(peak_bytes / 1.3);
  });
});

test('memory stays flat over 20 consecutive batches', async () => {
  const need = requirementOf({ parameters: null, kernels: 'own', threads: 1 });
  const workload = digitNetworks.find(({ id }) => id === 'cnn-tenseal')!;
  const { arithmetic, operations, shapes } = ckks;
  const scheme = { arithmetic, operations, shapes };
  const task = await workload.prepare({
    ...{ scheme, layout: 'batched', seed: 1, dataFolder: null, planCache: null },
    compile: (circuits) => ckks.compile(circuits, need),
  });
  if (isRefusal(task)) throw new Error(task.reason);
  const { plan, compiled } = task;
  await using client = await ckks.createClient(compiled.client);
  await using evaluator = await ckks.createEvaluator(compiled, await client.generateKeys());
  await evaluator.prepare(plan.circuits);
  const port = compiled.client.ports['input']!;
  const sent = await client.encrypt('input', arrange(plan.arrangements['input']!, port.shape, task.inputs(0)['input']!));
  const before = evaluator.memory().objects;
  const [wasm, heap]: [number[], number[]] = [[], []];
  for (let batch = 0; batch < 20; batch++) {
    const input = await evaluator.load('input', sent);
    const { output } = await evaluator.run('network', { input });
    evaluator.release(input);
    evaluator.release(output!);
    expect(evaluator.memory().objects).toBe(before);
    await collectGarbage();
    wasm.push(held_bytes(evaluator.memory()));
    heap.push(process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers);
  }
  expect(new Set(wasm.slice(1)).size).toBe(1);
  // Garbage comes and goes; what stays must not grow.
  expect(Math.min(...heap.slice(-5))).toBeLessThanOrEqual(Math.min(...heap.slice(1, 6)) * 1.1);
});
