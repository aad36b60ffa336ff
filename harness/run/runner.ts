/**
 * Runs launches one after the other, each in a process of its own, so that a crash, an abort, exhausted memory or a timeout
 * ends that launch alone and becomes its record.
 *
 * @module
 */
import { deathOf, failureOf } from '../launch/failure.ts';
import { parseLaunchMessage, type Forecast, type LaunchMessage, type LaunchRequest, type LaunchResult } from '../launch/messages.ts';
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
  readonly timeout_ns: number;
  readonly signal: AbortSignal;
  readonly onProgress: (message: Extract<LaunchMessage, { kind: 'progress' }>) => void;
  readonly onNotice: (text: string) => void;
}

type WithoutResult = Extract<LaunchRecord, { state: 'failed' | 'timeout' }>;

/** Runs one launch to its end. Never rejects for what the launch does. */
export async function runLaunch(request: LaunchRequest, { timeout_ns, signal, onProgress, onNotice }: LaunchOptions): Promise<Outcome> {
  let parameters: LaunchRecord['parameters'] = null;
  const without = (state: WithoutResult['state'], error: WithoutResult['error']): Outcome => ({
    kind: 'record',
    record: { ...request.facts, state, parameters, error },
  });
  const hear = (said: unknown): LaunchResult | null => {
    const message = parseLaunchMessage(said);
    if (message === null) return null;
    if (message.kind === 'progress') onProgress(message);
    else if (message.kind === 'notice') onNotice(message.text);
    else if (message.kind === 'planned') parameters = message.parameters;
    else return message;
    return null;
  };
  const reply = await askChild({ module: moduleUrl('../launch/launch', import.meta.url), request, timeout_ns, signal, hear });
  switch (reply.kind) {
    case 'answer':
      return reply.answer.kind === 'record' ? recordOf(reply.answer.record, without) : reply.answer;
    case 'interrupted':
      return { kind: 'interrupted' };
    case 'timeout':
      return without('timeout', timeoutError(timeout_ns));
    case 'died':
      return without('failed', deathOf(reply.code, reply.signal, reply.errorOutput));
    case 'unstarted':
      return without('failed', failureOf(reply.error));
  }
}

function timeoutError(timeout_ns: number): WithoutResult['error'] {
  return { code: 'TIMEOUT', message: `no result within ${formatDuration(timeout_ns)}; allow more with --timeout` };
}

/** A record is built in another process, from an adapter's words: it is checked like a file. */
function recordOf(value: unknown, without: (state: 'failed', error: WithoutResult['error']) => Outcome): Outcome {
  try {
    return { kind: 'record', record: parseRecord(value) };
  } catch (error) {
    return without('failed', failureOf(error));
  }
}
