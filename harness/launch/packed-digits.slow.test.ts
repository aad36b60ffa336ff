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

const FULL = process.env['ENIGMARK_FULL'] !== undefined;
const networks = FULL ? digitNetworks : digitNetworks.filter(({ id }) => ['cnn-tenseal', 'cnn-relu'].includes(id));
/** Time for as many images as that gives; `npm run test:full` passes a thousand. */
const BUDGET_NS = FULL ? 150e9 : 3e9;
const INFERENCES = FULL ? 500 : 60;

const launch = { scheme: ckks, kernels: 'own', layout: 'packed', parameters: null, seed: 1, budget_ns: BUDGET_NS } as const;

describe.each(networks.map((workload) => [workload.id, workload] as const))('%s', (id, workload) => {
  test('one image at a time: right classes, predicted counts, every logit as precise as promised', async () => {
    const { operations, peak_bytes } = await forecastWorkload(workload, launch);
    const record = await launchWorkload(workload, launch);
    if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
    const { heldOut, samples, encrypted, agreement, maxAbsError, outputRange, precision_bits } = record.accuracy!;
    console.log(
      `${id}: ${samples} images; float ${heldOut!.float}, planned ${heldOut!.planned}, encrypted ${encrypted}, agreement ${agreement}; ` +
        `off by ${maxAbsError?.toFixed(4)} of ${outputRange.toFixed(2)}, ${precision_bits?.toFixed(1)} bits; ` +
        `${record.memory.evaluator.reserved_bytes} of ${Math.round(peak_bytes)} bytes`,
    );
    if (FULL) expect(samples).toBeGreaterThanOrEqual(1000);
    expect(agreement).toBeGreaterThanOrEqual(0.995);
    expect(maxAbsError!).toBeLessThanOrEqual(outputRange * 2 ** -6);
    expect(record.operations).toEqual(operations);
    expect(record.memory.evaluator.reserved_bytes).toBeLessThanOrEqual(peak_bytes);
  });
});

test(`memory stays flat over ${INFERENCES} consecutive inferences`, async () => {
  const workload = digitNetworks.find(({ id }) => id === 'cnn-tenseal')!;
  const need = requirementOf({ parameters: null, kernels: 'own', threads: 1 });
  const { arithmetic, operations, shapes } = ckks;
  const task = await workload.prepare({
    ...{ scheme: { arithmetic, operations, shapes }, layout: 'packed', seed: 1, dataFolder: null, planCache: null },
    compile: (circuits) => ckks.compile(circuits, need),
  });
  if (isRefusal(task)) throw new Error(task.reason);
  const { plan, compiled } = task;
  await using client = await ckks.createClient(compiled.client);
  await using evaluator = await ckks.createEvaluator(compiled, await client.generateKeys());
  await evaluator.prepare(plan.circuits);
  const port = compiled.client.ports['input']!;
  const objects = evaluator.memory().objects;
  const [wasm, heap]: [number[], number[]] = [[], []];
  for (let image = 0; image < INFERENCES; image++) {
    const sent = await client.encrypt('input', arrange(plan.arrangements['input']!, port.shape, task.inputs(image)['input']!));
    const input = await evaluator.load('input', sent);
    const { output } = await evaluator.run('network', { input });
    await client.decrypt('network.output', [await evaluator.store(output!)]);
    evaluator.release(input);
    evaluator.release(output!);
    expect(evaluator.memory().objects).toBe(objects);
    await collectGarbage();
    wasm.push(held_bytes(evaluator.memory()) + held_bytes(client.memory()));
    heap.push(process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers);
  }
  // The client's memory grows once more when it has been used a few times.
  expect(new Set(wasm.slice(INFERENCES / 2)).size).toBe(1);
  expect(Math.min(...heap.slice(-5))).toBeLessThanOrEqual(Math.min(...heap.slice(5, 10)) * 1.1);
});
