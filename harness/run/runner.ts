/**
 * Runs launches one after the other, each in a process of its own, so that a crash, an abort, exhausted memory or a timeout
 * ends that launch alone and becomes its record.
 *
 * @module
 */
import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { deathOf, failureOf } from '../launch/failure.ts';
import { formatDuration } from '../record/duration.ts';
import { guardLaunch } from './launch-guard.ts';
import type { Forecast, LaunchMessage, LaunchRequest } from '../launch/messages.ts';
import { parseRecord, type LaunchRecord } from '../record/record.ts';

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

/** Signals that reach every process of a terminal or a service at once. */
const SHARED_SIGNALS: ReadonlySet<NodeJS.Signals | null> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP']);
/** Long enough for this process to hear what killed the launch, too. */
const SIGNAL_DELAY_MS = 100;

/** The end of a child's stderr that is kept to name what killed it. */
const KEPT_OUTPUT = 16_384;

// Source and published package differ in the ending: .ts here is .js there.
const LAUNCH_MODULE = new URL(import.meta.url.endsWith('.ts') ? '../launch/launch.ts' : '../launch/launch.js', import.meta.url);

/** Runs one launch to its end. Never rejects for what the launch does. */
export async function runLaunch(request: LaunchRequest, { timeout_ns, signal, onProgress, onNotice }: LaunchOptions): Promise<Outcome> {
  if (signal.aborted) return { kind: 'interrupted' };
  const child = fork(LAUNCH_MODULE, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const output = errorOutputOf(child);
  /** The first counts: what a killed child still says does not. */
  const outcomes: Outcome[] = [];
  let parameters: LaunchRecord['parameters'] = null;
  const without = (state: WithoutResult['state'], error: WithoutResult['error']): Outcome => ({
    kind: 'record',
    record: { ...request.facts, state, parameters, error },
  });
  const endWith = (early: Outcome): void => {
    outcomes.push(early);
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => endWith(without('timeout', timeoutError(timeout_ns))), timeout_ns / 1e6);
  const interrupt = (): void => endWith({ kind: 'interrupted' });
  signal.addEventListener('abort', interrupt, { once: true });
  child.on('message', (message) => {
    if (!isLaunchMessage(message)) return;
    if (message.kind === 'progress') onProgress(message);
    else if (message.kind === 'notice') onNotice(message.text);
    else if (message.kind === 'planned') parameters = message.parameters;
    else {
      outcomes.push(message.kind === 'record' ? recordOf(message.record, without) : message);
      if (child.connected) child.disconnect();
    }
  });
  const release = child.pid === undefined ? () => undefined : guardLaunch(child.pid);
  try {
    const end = await endOf(child, request);
    // Ctrl-C may reach a launch that is just starting before it reaches this process: that is no failure of the case.
    if (outcomes.length === 0 && 'signal' in end && SHARED_SIGNALS.has(end.signal)) await delay(SIGNAL_DELAY_MS);
    return outcomes[0] ?? without('failed', 'error' in end ? failureOf(end.error) : deathOf(end.code, end.signal, output()));
  } finally {
    release();
    clearTimeout(timer);
    signal.removeEventListener('abort', interrupt);
  }
}

const KINDS: Readonly<Record<LaunchMessage['kind'], true>> = {
  ...{ record: true, leftOut: true, forecast: true },
  ...{ planned: true, notice: true, progress: true },
};

/** An adapter may use the channel for words of its own. */
function isLaunchMessage(message: unknown): message is LaunchMessage {
  return typeof message === 'object' && message !== null && 'kind' in message && Object.hasOwn(KINDS, String(message.kind));
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

type End = { readonly code: number | null; readonly signal: NodeJS.Signals | null } | { readonly error: Error };

function endOf(child: ChildProcess, request: LaunchRequest): Promise<End> {
  return new Promise((resolve) => {
    // 'close' comes when all output has been read: never, where something the child started still holds its pipes.
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.once('exit', (code, signal) => setTimeout(resolve, 1000, { code, signal }).unref());
    child.once('error', (error) => resolve({ error }));
    // A child that dies at once closes the channel under the request; 'close' tells.
    child.send(request, () => undefined);
  });
}

/** What the child prints is kept from stdout, where the product goes; ENIGMARK_DEBUG=1 shows it on stderr. */
function errorOutputOf(child: ChildProcess): () => string {
  let kept = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      if (process.env['ENIGMARK_DEBUG'] === '1') process.stderr.write(chunk);
      if (stream === child.stderr) kept = (kept + chunk.toString()).slice(-KEPT_OUTPUT);
    });
  }
  return () => kept;
}
