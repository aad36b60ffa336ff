/**
 * What a plan promises of a launch, before any key is made: cost as the scheme predicts it, and what planning leaves of the network, in the
 * clear.
 *
 * @module
 */
import { securityOf } from '../../schemes/security.ts';
import type { Task } from '../../workloads/workload.ts';
import { REQUIRED_SECURITY_BITS } from '../record/requirement.ts';
import { compareNetworks } from './accuracy/held-out.ts';
import type { Forecast, LaunchMessage } from './messages.ts';
import { failureOf, outputPort } from './plan-facts.ts';
import { roundsOf } from './plan-parts.ts';

/** Samples on which both networks are compared: a dry run takes seconds. */
const MOST_COMPARED = 256;

export async function forecastOf(task: Task, id: string, tell: (message: LaunchMessage) => void): Promise<Forecast> {
  const { plan, compiled, data } = task;
  const { parameters } = compiled.client;
  const { counts, depth, evaluate_ns, peak_bytes, bytes, correctness } = compiled.estimate;
  const right = correctness[outputPort(task)];
  const security = securityOf(compiled.hardness, REQUIRED_SECURITY_BITS, parameters.id);
  const { heldOut, planning } = await compareNetworks({ ...task, samples: Math.min(task.samples, MOST_COMPARED) }, tell);
  return {
    ...{ id, parameters, batch: plan.batch, depth, operations: counts, failureProbability_log2: failureOf(right) },
    ...{ evaluate_ns, peak_bytes, bytes },
    network: {
      ...{
        data,
        rounds: roundsOf(plan.actions),
        isInteractive: plan.actions.some((action) => action.do === 'client'),
        isExact: right?.kind === 'exact',
      },
      security_bits: compiled.hardness.length === 0 ? null : security.bits,
      ...(security.assumption === undefined ? {} : { security_assumption: security.assumption }),
      heldOut: heldOut === null ? null : { samples: heldOut.samples, float: heldOut.float, planned: heldOut.planned },
      planning: planning ?? null,
      ...(task.lost === undefined ? {} : { lost: task.lost }),
    },
  };
}
