/**
 * What a task says its planned network gives, against its circuits: every arithmetic, in every layout.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { scheme as bfv } from '../schemes/bfv/scheme.ts';
import { scheme as ckks } from '../schemes/ckks/scheme.ts';
import { isRefusal, type HEScheme } from '../schemes/scheme.ts';
import { scheme as tfhe } from '../schemes/tfhe/scheme.ts';
import { compiledWith } from './plan/compiled.fixture.ts';
import { evaluateArithmetic } from './plan/naive-arithmetic.fixture.ts';
import { runPlan } from './plan/naive-slots.fixture.ts';
import { findWorkloads, loadWorkloads } from './registry.ts';
import { isNetworkWorkload, type Layout, type Task, type Workload } from './workload.ts';

async function prepare(workload: Workload, { arithmetic, operations }: HEScheme, layout: Layout): Promise<Task> {
  const columns = layout === 'batched' ? (operations.has('rotate') ? 2 : 1) : 1024;
  const scheme = { arithmetic, operations, shapes: [{ rows: 1, columns } as const] };
  const task = await workload.prepare({ scheme, layout, seed: 1, dataFolder: null, planCache: null, compile: () => compiledWith() });
  if (isRefusal(task)) throw new Error(task.reason);
  return task;
}

function workloadOf(id: string): Workload {
  const found = findWorkloads(id, loadWorkloads([])).find((workload) => workload.id === id);
  if (found === undefined || !isNetworkWorkload(found)) throw new Error(`no network ${id}`);
  return found;
}

/** The numbers of one batch, as the circuits compute them. */
function ofCircuits(task: Task, first: number): number[] {
  const numbers = Array.from(Object.values(task.inputs(first))[0]!, Number);
  // A vector needs no arranging: a number for every slot.
  if (task.output.values === 1) return evaluateArithmetic(task.plan.circuits[0]!, [numbers])[0]!.map(Number);
  return runPlan(task.plan, numbers);
}

const cases = (
  [
    ['dense-784x10', ckks, 'batched'],
    ['dense-784x10', ckks, 'packed'],
    ['dense-784x10', bfv, 'packed'],
    ['dense-784x10', tfhe, 'batched'],
    ['dense-128', bfv, 'batched'],
    ['activation-sigmoid-3', ckks, 'packed'],
    ['activation-sigmoid-3', bfv, 'packed'],
    ['activation-square', bfv, 'packed'],
  ] as const
).map(([id, scheme, layout]) => ({ id, name: scheme.id, scheme, layout }));

test.each(cases)('$id, $name, $layout: outputs without circuits are those of the circuits', async ({ id, scheme, layout }) => {
  const task = await prepare(workloadOf(id), scheme, layout);
  const { values, step } = task.output;
  for (const first of [0, 3 * task.plan.batch]) {
    const expected = ofCircuits(task, first);
    for (let offset = 0; offset < task.plan.batch; offset++) {
      const planned = Array.from(task.planned((first + offset) % task.samples), Number);
      const found = expected.slice(offset * values, (offset + 1) * values);
      if (step !== null) expect(planned).toEqual(found);
      // Sums in another order.
      else
        for (const [at, value] of planned.entries()) expect(Math.abs(value - found[at]!)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(value)));
    }
  }
});

test('one output range for each network, under every scheme and in every layout', async () => {
  const workload = workloadOf('dense-784x10');
  const tasks = await Promise.all(
    (
      [
        [ckks, 'batched'],
        [ckks, 'packed'],
        [bfv, 'packed'],
        [tfhe, 'batched'],
      ] as const
    ).map(([scheme, layout]) => prepare(workload, scheme, layout)),
  );
  const ranges = tasks.map(({ outputRange }) => outputRange);
  for (const range of ranges) expect(range).toEqual(ranges[0]);
  expect(ranges[0]!.source).toBe('the first 1000 training images');
  // It is what outputs reach, not what a worst case or a margin would be.
  const heldOut = Array.from({ length: tasks[0]!.samples }, (_, sample) => Math.max(...Array.from(tasks[0]!.float(sample), Math.abs)));
  expect(ranges[0]!.largest).toBeLessThan(Math.max(...heldOut) * 1.25);
  expect(ranges[0]!.largest).toBeGreaterThan(Math.max(...heldOut) / 1.25);
});
