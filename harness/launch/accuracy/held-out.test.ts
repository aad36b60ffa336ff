/** @module */
import { expect, test } from 'vitest';
import { compareNetworks } from './held-out.ts';
import type { LaunchMessage } from '../messages.ts';

/** Two classes: outputs that say one or the other. */
const SAYS = [Float64Array.of(1, 0), Float64Array.of(0, 1)] as const;

function task(float: readonly (0 | 1)[], planned: readonly (0 | 1)[], labels: readonly number[] | null) {
  return {
    samples: float.length,
    labels: labels === null ? null : Uint8Array.from(labels),
    float: (sample: number) => SAYS[float[sample]!],
    // Whole numbers beyond 2^53 have classes too.
    planned: (sample: number) => (planned[sample] === 0 ? [2n ** 70n, 2n ** 70n - 1n] : [2n ** 70n - 1n, 2n ** 70n]),
    targets: null,
    output: { result: 'output', values: 2, step: 1, threshold: 0 },
  };
}

test('every sample is counted, and what only one network gets right', async () => {
  const { heldOut } = await compareNetworks(task([0, 0, 1, 1, 0], [0, 1, 1, 0, 0], [0, 0, 1, 1, 1]), () => undefined);
  // Float is right on 0 to 3; planned on 0 and 2. 1 and 3 are float's alone: two of two, p = 2 / 4.
  expect(heldOut).toEqual({ samples: 5, float: 0.8, planned: 0.4, onlyFloat: 2, onlyPlanned: 0, p: 0.5 });
});

test('without classes there is nothing to count', async () => {
  expect((await compareNetworks(task([0], [0], null), () => undefined)).heldOut).toBeNull();
});

/** One output: the class is whether it reaches the threshold. */
function regression(float: readonly number[], planned: readonly number[], threshold = 0) {
  return {
    samples: float.length,
    labels: null as ArrayLike<number> | null,
    targets: null as ((sample: number) => Float64Array) | null,
    float: (sample: number) => Float64Array.of(float[sample]!),
    planned: (sample: number) => Float64Array.of(planned[sample]!),
    output: { result: 'output', values: 1, step: 0.5, threshold },
  };
}

test('outputs of both networks are compared as real numbers, and with the right ones', async () => {
  const task = { ...regression([1, 2, 3, 6], [2, 4, 8, 12]), targets: (sample: number) => Float64Array.of([1, 2, 3, 7][sample]!) };
  const { planning, regression: found } = await compareNetworks(task, () => undefined);
  // Planned: 1, 2, 4, 6. The float outputs vary by 14 in squares around 3.
  expect(planning).toEqual({ samples: 4, largest: 1, rms: 0.5, r2: 1 - 1 / 14 });
  expect(found!.float).toMatchObject({ largest: 1, rms: 0.5 });
  expect(found!.planned.rms).toBeCloseTo(Math.sqrt(2 / 4), 12);
});

test('outputs that do not vary explain nothing', async () => {
  const { planning } = await compareNetworks(regression([1, 1], [2, 2]), () => undefined);
  expect(planning).toEqual({ samples: 2, largest: 0, rms: 0, r2: null });
});

test('one output tells two classes apart by its threshold, in real units', async () => {
  const task = { ...regression([0.4, 0.6, 0.7], [0, 1, 2], 0.5), labels: Uint8Array.of(0, 1, 0) };
  expect((await compareNetworks(task, () => undefined)).heldOut).toMatchObject({ float: 2 / 3, planned: 2 / 3 });
});

test('a long count says how far it is', async () => {
  const said: LaunchMessage[] = [];
  const slow = task([0, 0, 0], [0, 0, 0], [0, 0, 0]);
  const wait = (sample: number): Float64Array => {
    for (const until = performance.now() + 210; performance.now() < until;);
    return slow.float(sample);
  };
  await compareNetworks({ ...slow, float: wait }, (message) => said.push(message));
  expect(said.at(-1)).toEqual({ kind: 'progress', stage: 'check', done: 3, total: 3 });
});
