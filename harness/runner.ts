/**
 * Runs launches one after the other, each in a process of its own, so that a crash, an abort, exhausted memory or a timeout
 * ends that launch alone and becomes its record.
 *
 * @module
 */
import { fork, type ChildProcess } from 'node:child_process';
import { deathOf, failureOf } from './failure.ts';
import { formatDuration } from './duration.ts';
import type { Forecast, LaunchMessage, LaunchRequest } from './launch-messages.ts';
import { parseRecord, type LaunchRecord } from './record.ts';

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
}

type WithoutResult = Extract<LaunchRecord, { state: 'failed' | 'timeout' }>;

/** The end of a child's stderr that is kept to name what killed it. */
const KEPT_OUTPUT = 16_384;

// Source and published package differ in the ending: .ts here is .js there.
const LAUNCH_MODULE = new URL(import.meta.url.endsWith('.ts') ? './launch.ts' : './launch.js', import.meta.url);

/** Runs one launch to its end. Never rejects for what the launch does. */
export async function runLaunch(request: LaunchRequest, { timeout_ns, signal, onProgress }: LaunchOptions): Promise<Outcome> {
  if (signal.aborted) return { kind: 'interrupted' };
  const child = fork(LAUNCH_MODULE, { execArgv: ['--expose-gc'], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
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
    const said = message as LaunchMessage;
    if (said.kind === 'progress') onProgress(said);
    else if (said.kind === 'planned') parameters = said.parameters;
    else {
      outcomes.push(said.kind === 'record' ? recordOf(said.record, without) : said);
      if (child.connected) child.disconnect();
    }
  });
  try {
    const end = await endOf(child, request);
    return outcomes[0] ?? without('failed', 'error' in end ? failureOf(end.error) : deathOf(end.code, end.signal, output()));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', interrupt);
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
