/**
 * What planning costs: the float and the planned network over every sample of the data, in the clear. Nothing of it depends on how many
 * samples are encrypted, and nothing of it is timed.
 *
 * @module
 */
import { setImmediate } from 'node:timers/promises';
import type { Task } from '../../../workloads/workload.ts';
import { mcnemar_p } from '../../record/mcnemar.ts';
import type { MeasuredRecord } from '../../record/record.ts';
import type { LaunchMessage } from '../messages.ts';
import { OutputError } from './output-error.ts';
import { classOf } from './predicted-class.ts';

export type HeldOut = NonNullable<NonNullable<MeasuredRecord['accuracy']>['heldOut']>;

/** So long is computed at a time; in between, messages are sent. */
const TURN_MS = 200;

/** Planned outputs against those of the float network. */
export type PlanningError = NonNullable<NonNullable<MeasuredRecord['accuracy']>['planning']>;
/** Both networks against the right outputs. */
export type Regression = NonNullable<NonNullable<MeasuredRecord['accuracy']>['regression']>;

export interface Comparison {
  /** Null where there are no classes. */
  readonly heldOut: HeldOut | null;
  /** Absent where outputs are no numbers. */
  readonly planning?: PlanningError;
  /** Absent where no right outputs are known. */
  readonly regression?: Regression;
}

/** Takes under a second for networks of 10^5 products and 2,000 samples. */
export async function compareNetworks(
  task: Pick<Task, 'samples' | 'labels' | 'targets' | 'float' | 'planned' | 'output'>,
  tell: (message: LaunchMessage) => void,
): Promise<Comparison> {
  const { samples, labels, targets, output } = task;
  const right = { float: 0, planned: 0, onlyFloat: 0, onlyPlanned: 0 };
  const planning = new OutputError();
  const fromTargets = { float: new OutputError(), planned: new OutputError() };
  let turn_ms = performance.now();
  for (let sample = 0; sample < samples; sample++) {
    const float = task.float(sample);
    const counted = task.planned(sample);
    const planned = Float64Array.from<number | bigint>(counted, (value) => Number(value) * (output.step ?? 1));
    planning.add(planned, float);
    if (targets !== null) {
      fromTargets.float.add(float, targets(sample));
      fromTargets.planned.add(planned, targets(sample));
    }
    if (labels !== null) {
      const [floatRight, plannedRight] = [
        classOf(float, 0, output, null) === labels[sample],
        classOf(counted, 0, output, output.step) === labels[sample],
      ];
      if (floatRight) right.float++;
      if (plannedRight) right.planned++;
      if (floatRight && !plannedRight) right.onlyFloat++;
      if (plannedRight && !floatRight) right.onlyPlanned++;
    }
    if (performance.now() - turn_ms < TURN_MS) continue;
    tell({ kind: 'progress', stage: 'check', done: sample + 1, total: samples });
    await setImmediate();
    turn_ms = performance.now();
  }
  const [floatError, plannedError, planningError] = [fromTargets.float, fromTargets.planned, planning].map((error) => error.figures());
  return {
    heldOut: labels === null ? null : sharesOf(right, samples),
    ...(planningError == null ? {} : { planning: { samples, ...planningError } }),
    ...(floatError == null || plannedError == null ? {} : { regression: { samples, float: floatError, planned: plannedError } }),
  };
}

function sharesOf(
  { float, planned, onlyFloat, onlyPlanned }: Record<'float' | 'planned' | 'onlyFloat' | 'onlyPlanned', number>,
  samples: number,
): HeldOut {
  return { samples, float: float / samples, planned: planned / samples, onlyFloat, onlyPlanned, p: mcnemar_p(onlyFloat, onlyPlanned) };
}
