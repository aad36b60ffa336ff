/** @module */
import { expect, test } from 'vitest';
import { compareHeldOut } from './held-out.ts';
import type { LaunchMessage } from './messages.ts';

/** Two classes: outputs that say one or the other. */
const SAYS = [Float64Array.of(1, 0), Float64Array.of(0, 1)] as const;

function task(float: readonly (0 | 1)[], planned: readonly (0 | 1)[], labels: readonly number[] | null) {
  return {
    samples: float.length,
    labels: labels === null ? null : Uint8Array.from(labels),
    float: (sample: number) => SAYS[float[sample]!],
    // Whole numbers beyond 2^53 have classes too.
    planned: (sample: number) => (planned[sample] === 0 ? [2n ** 70n, 2n ** 70n - 1n] : [2n ** 70n - 1n, 2n ** 70n]),
    output: { result: 'output', values: 2, step: 1 },
  };
}

test('every sample is counted, and what only one network gets right', async () => {
  const heldOut = await compareHeldOut(task([0, 0, 1, 1, 0], [0, 1, 1, 0, 0], [0, 0, 1, 1, 1]), () => undefined);
  // Float is right on 0 to 3; planned on 0 and 2. 1 and 3 are float's alone: two of two, p = 2 / 4.
  expect(heldOut).toEqual({ samples: 5, float: 0.8, planned: 0.4, onlyFloat: 2, onlyPlanned: 0, p: 0.5 });
});

test('without classes there is nothing to count', async () => {
  expect(await compareHeldOut(task([0], [0], null), () => undefined)).toBeNull();
});

test('a long count says how far it is', async () => {
  const said: LaunchMessage[] = [];
  const slow = task([0, 0, 0], [0, 0, 0], [0, 0, 0]);
  const wait = (sample: number): Float64Array => {
    for (const until = performance.now() + 210; performance.now() < until;);
    return slow.float(sample);
  };
  await compareHeldOut({ ...slow, float: wait }, (message) => said.push(message));
  expect(said.at(-1)).toEqual({ kind: 'progress', stage: 'check', done: 3, total: 3 });
});
