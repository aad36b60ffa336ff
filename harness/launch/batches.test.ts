/** @module */
import { expect, test } from 'vitest';
import { scheme as clear } from '../../schemes/clear/scheme.ts';
import { isRefusal } from '../../schemes/scheme.ts';
import { Random } from '../../workloads/data/random.ts';
import { randomDense } from '../../workloads/network/network.fixture.ts';
import { vectorShape } from '../../workloads/network/shape.ts';
import type { Task, Workload } from '../../workloads/workload.ts';
import { firstSample, isFirstPassEnough } from './batches.ts';
import { launchWorkload, networkWorkload } from './network-launch.fixture.ts';

test('batch after batch takes the samples in the order of the data, and begins again behind the last', async () => {
  const launch = { scheme: clear, kernels: 'library', layout: 'packed', parameters: null, seed: 1, samples: 3, budget_ns: 5e8 } as const;
  const network = {
    input: { shape: vectorShape(4), min: -1, max: 1 },
    layers: [randomDense(Random.from(1, 'order'), 'output', 4, 2)],
  };
  const workload = networkWorkload(network, launch);
  const taken: number[] = [];
  const watched: Workload = {
    ...workload,
    prepare: async (request) => {
      const task = await workload.prepare(request);
      if (isRefusal(task)) return task;
      const inputs = (first: number) => {
        taken.push(first);
        return task.inputs(first);
      };
      return { ...task, inputs };
    },
  };
  expect(await launchWorkload(watched, launch)).toMatchObject({ state: 'completed' });
  // Those that follow are the reference's.
  const batches = taken.slice(0, -3);
  expect(batches.length).toBeGreaterThan(3);
  expect(batches).toEqual(
    batches.map((_, index) => firstSample({ plan: { circuits: [], actions: [], arrangements: {}, batch: 1 }, samples: 3 }, index)),
  );
  expect(batches.slice(0, 4)).toEqual([0, 1, 2, 0]);
});

test('one plaintext prime of several warms up for all where batches are long and no client round needs the others', () => {
  const taskOf = (evaluate_ns: number, passes: number, step: number | null, actions: readonly object[] = []): Task =>
    ({
      plan: { circuits: [{ nodes: [{ type: { step } }] }], actions },
      compiled: { estimate: { evaluate_ns }, client: { ports: { x: { passes: 1 }, y: { passes } } } },
    }) as unknown as Task;
  expect(isFirstPassEnough(taskOf(2e9, 3, 0.5, [{ do: 'upload' }, { do: 'run' }]))).toBe(true);
  expect(isFirstPassEnough(taskOf(2e8, 3, 0.5))).toBe(false);
  expect(isFirstPassEnough(taskOf(2e9, 1, 0.5))).toBe(false);
  expect(isFirstPassEnough(taskOf(2e9, 1, null))).toBe(false);
  expect(isFirstPassEnough(taskOf(2e9, 3, 0.5, [{ do: 'run' }, { do: 'client' }]))).toBe(false);
});
