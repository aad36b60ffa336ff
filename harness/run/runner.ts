/**
 * Runs launches one after the other, each in a process of its own, so that a crash, an abort, exhausted memory or a timeout
 * ends that launch alone and becomes its record.
 *
 * @module
 */
import { deathOf, failureOf } from '../launch/failure.ts';
import { parseLaunchMessage, type Forecast, type LaunchMessage, type LaunchRequest, type LaunchResult } from '../launch/messages.ts';
import { finishedEpochs } from '../launch/training/checkpoint.ts';
import type { TrainingEpoch } from '../record/figures/training-figures.ts';
import { formatDuration } from '../record/duration.ts';
import { parseRecord, type LaunchRecord } from '../record/record.ts';
import { askChild, moduleUrl } from './child.ts';

/** How a launch ended for the run. */
export type Outcome =
  | { readonly kind: 'record'; readonly record: LaunchRecord }
  | { readonly kind: 'leftOut'; readonly reason: string }
  | { readonly kind: 'forecast'; readonly forecast: Forecast }
  /** By the run's signal: nothing is recorded, and `--resume` runs it again. */
  | { readonly kind: 'interrupted' };

export interface LaunchOptions {
  /** To the plan: it is no part of what is measured, and is made once where plans are kept. */
  readonly longestPlanning_ns: number;
  /** From the plan on. */
  readonly timeout_ns: number;
  readonly signal: AbortSignal;
  readonly onProgress: (message: Extract<LaunchMessage, { kind: 'progress' }>) => void;
  readonly onNotice: (text: string) => void;
}

type WithoutResult = Extract<LaunchRecord, { state: 'failed' | 'timeout' }>;

/** Runs one launch to its end. Never rejects for what the launch does. */
export async function runLaunch(request: LaunchRequest, options: LaunchOptions): Promise<Outcome> {
  const { longestPlanning_ns, timeout_ns, signal, onProgress, onNotice } = options;
  const plan: { parameters: LaunchRecord['parameters'] } = { parameters: null };
  const without = (state: WithoutResult['state'], error: WithoutResult['error']): Outcome => ({
    kind: 'record',
    record: { ...request.facts, state, parameters: plan.parameters, error, ...epochsOf(request) },
  });
  const hear = (said: unknown, allow: (time_ns: number) => void): LaunchResult | null => {
    const message = parseLaunchMessage(said);
    if (message === null) return null;
    if (message.kind === 'progress') onProgress(message);
    else if (message.kind === 'notice') onNotice(message.text);
    else if (message.kind !== 'planned') return message;
    else {
      // Said once: an adapter that says it again and again has no more time for it.
      if (plan.parameters === null) allow(timeout_ns);
      plan.parameters = message.parameters;
    }
    return null;
  };
  const reply = await askChild({
    module: moduleUrl('../launch/launch', import.meta.url),
    request,
    timeout_ns: longestPlanning_ns,
    signal,
    hear,
  });
  switch (reply.kind) {
    case 'answer':
      return reply.answer.kind === 'record' ? recordOf(reply.answer.record, without) : reply.answer;
    case 'interrupted':
      return { kind: 'interrupted' };
    case 'timeout':
      return without('timeout', plan.parameters === null ? planningError(longestPlanning_ns) : timeoutError(timeout_ns));
    case 'died':
      return without('failed', deathOf(reply.code, reply.signal, reply.errorOutput));
    case 'unstarted':
      return without('failed', failureOf(reply.error));
  }
}

/** What a training had done when its launch ended. */
function epochsOf({ trainingFolder, facts }: LaunchRequest): { readonly epochs?: TrainingEpoch[] } {
  const epochs = finishedEpochs(trainingFolder, facts);
  return epochs.length === 0 ? {} : { epochs: [...epochs] };
}

function planningError(longest_ns: number): WithoutResult['error'] {
  return { code: 'PLANNING_TIMEOUT', message: `no plan within ${formatDuration(longest_ns)}; a profile with more effort allows more` };
}

function timeoutError(timeout_ns: number): WithoutResult['error'] {
  return { code: 'TIMEOUT', message: `no result within ${formatDuration(timeout_ns)} of its plan; allow more with --timeout` };
}

/** A record is built in another process, from an adapter's words: it is checked like a file. */
function recordOf(value: unknown, without: (state: 'failed', error: WithoutResult['error']) => Outcome): Outcome {
  try {
    return { kind: 'record', record: parseRecord(value) };
  } catch (error) {
    return without('failed', failureOf(error));
  }
}
