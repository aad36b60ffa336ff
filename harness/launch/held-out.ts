/**
 * What planning costs in accuracy: the float and the planned network over every sample of the data, in the clear. Nothing of it depends
 * on how many samples are encrypted, and nothing of it is timed.
 *
 * @module
 */
import { setImmediate } from 'node:timers/promises';
import type { Task } from '../../workloads/workload.ts';
import { mcnemar_p } from '../record/mcnemar.ts';
import type { MeasuredRecord } from '../record/record.ts';
import type { LaunchMessage } from './messages.ts';
import { classOf } from './predicted-class.ts';

export type HeldOut = NonNullable<NonNullable<MeasuredRecord['accuracy']>['heldOut']>;

/** So long is computed at a time; in between, messages are sent. */
const TURN_MS = 200;

/** Null where there are no classes. Takes under a second for networks of 10^5 products and 2,000 samples. */
export async function compareHeldOut(
  task: Pick<Task, 'samples' | 'labels' | 'float' | 'planned' | 'output'>,
  tell: (message: LaunchMessage) => void,
): Promise<HeldOut | null> {
  const { samples, labels, output } = task;
  if (labels === null) return null;
  const right = { float: 0, planned: 0, onlyFloat: 0, onlyPlanned: 0 };
  let turn_ms = performance.now();
  for (let sample = 0; sample < samples; sample++) {
    const label = labels[sample];
    const float = classOf(task.float(sample), 0, output.values) === label;
    const planned = classOf(task.planned(sample), 0, output.values) === label;
    if (float) right.float++;
    if (planned) right.planned++;
    if (float && !planned) right.onlyFloat++;
    if (planned && !float) right.onlyPlanned++;
    if (performance.now() - turn_ms < TURN_MS) continue;
    tell({ kind: 'progress', stage: 'check', done: sample + 1, total: samples });
    await setImmediate();
    turn_ms = performance.now();
  }
  return {
    samples,
    float: right.float / samples,
    planned: right.planned / samples,
    onlyFloat: right.onlyFloat,
    onlyPlanned: right.onlyPlanned,
    p: mcnemar_p(right.onlyFloat, right.onlyPlanned),
  };
}
