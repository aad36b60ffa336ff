/**
 * Entry of a launch process: takes one request, measures, answers, ends. It ends by itself when its parent is gone.
 *
 * @module
 */
import { loadAdapter, loadScheme } from '../../schemes/registry.ts';
import { findWorkloads, loadWorkloads } from '../../workloads/registry.ts';
import { checkAdapter } from './describe/check-adapter.ts';
import { failureOf } from './failure.ts';
import type { LaunchMessage, LaunchRequest, LaunchResult } from './messages.ts';
import { measurePrimitives } from './primitives/measure-primitives.ts';
import { measure } from './measure.ts';
import { measureTraining } from './training/measure-training.ts';
import type { HEScheme } from '../../schemes/scheme.ts';
import { isNetworkWorkload, isTrainingWorkload, type RegisteredWorkload } from '../../workloads/workload.ts';
import type { LaunchRecord } from '../record/record.ts';

const PROGRESS_EVERY_MS = 200;

// The parent is gone, or has the result and needs no more.
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole process group: the parent decides, and kills.
process.on('SIGINT', () => undefined);
process.once('message', (message) => void perform(message as LaunchRequest));

async function perform(request: LaunchRequest): Promise<void> {
  let planned: LaunchRecord['parameters'] = null;
  const fail = (thrown: unknown): void => {
    if (process.env['ENIGMARK_DEBUG'] === '1') console.error(thrown);
    end({ kind: 'record', record: { ...request.facts, state: 'failed', parameters: planned, error: failureOf(thrown) } });
  };
  // Thrown where nobody waits: in a timer, or a promise an adapter forgot.
  process.on('uncaughtException', fail);
  try {
    const tell = atMostOften(PROGRESS_EVERY_MS);
    const { adapter, facts } = request;
    const scheme = adapter === null ? await loadScheme(facts.scheme) : checkAdapter(await loadAdapter(adapter));
    const workload = findWorkloads(facts.workload, loadWorkloads(request.networks, request.planning, request.trainings)).find(
      ({ id }) => id === facts.workload,
    )!;
    const hear = (message: LaunchMessage): void => {
      if (message.kind === 'planned') planned = message.parameters;
      tell(message);
    };
    end(await measureOne(request, scheme, workload, hear));
  } catch (error) {
    fail(error);
  }
}

function measureOne(
  request: LaunchRequest,
  scheme: HEScheme,
  workload: RegisteredWorkload,
  hear: (message: LaunchMessage) => void,
): Promise<LaunchResult> {
  if (isTrainingWorkload(workload)) return measureTraining(request, { scheme, workload }, hear);
  if (isNetworkWorkload(workload)) return measure(request, { scheme, workload }, hear);
  return measurePrimitives(request, { scheme, workload }, hear);
}

/** Progress is passed on seldom, everything else at once. */
function atMostOften(interval_ms: number): (message: LaunchMessage) => void {
  let last_ms = -Infinity;
  return (message) => {
    const now_ms = performance.now();
    if (message.kind === 'progress' && message.done > 0 && now_ms - last_ms < interval_ms) return;
    last_ms = now_ms;
    process.send?.(message);
  };
}

/** The parent ends the process by closing the channel: so it has read the result first. */
function end(result: LaunchResult): void {
  process.send?.(result);
}
