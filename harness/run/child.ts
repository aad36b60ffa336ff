/**
 * A child process that is asked one thing. Whatever it does, prints or leaves behind, the answer comes back, or how it ended.
 *
 * @module
 */
import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { guardLaunch } from './launch-guard.ts';
import { endMarked, markedEnvironment } from './marked-processes.ts';

export interface Question<A> {
  readonly module: URL;
  /** JSON. */
  readonly request: object;
  readonly timeout_ns: number;
  readonly signal: AbortSignal;
  /**
   * Hears every message of the child; what is not null is the answer, and the child is ended. `allow` gives the child that much time from
   * now on, in the place of what it has left.
   */
  readonly hear: (message: unknown, allow: (time_ns: number) => void) => A | null;
}

export type Reply<A> =
  | { readonly kind: 'answer'; readonly answer: A }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'interrupted' }
  /** Before it answered; `errorOutput` is the end of what it printed on stderr. */
  | { readonly kind: 'died'; readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly errorOutput: string }
  | { readonly kind: 'unstarted'; readonly error: Error };

/** Signals that reach every process of a terminal or a service at once. */
const SHARED_SIGNALS: ReadonlySet<NodeJS.Signals | null> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']);
/** Long enough for this process to hear what killed the child, too. */
const SIGNAL_DELAY_MS = 100;
/** For exit handlers of a child that has answered. */
const PARTING_MS = 2000;
/** For output and messages that are still under way when a child is dead. What outlives it may hold its pipes open for ever. */
const DRAIN_MS = 1000;
/** The end of a child's stderr that is kept to name what killed it. */
const KEPT_OUTPUT = 16_384;

/** Source and published package differ in the ending: `.ts` here is `.js` there. `path` is relative to `base`, and has no ending. */
export function moduleUrl(path: string, base: string): URL {
  return new URL(`${path}${base.endsWith('.ts') ? '.ts' : '.js'}`, base);
}

/** Asks, waits for the answer, and ends the child and what it started. Never rejects for what the child does. */
export async function askChild<A>({ module, request, timeout_ns, signal, hear }: Question<A>): Promise<Reply<A>> {
  if (signal.aborted) return { kind: 'interrupted' };
  const mark = randomUUID();
  const child = fork(module, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: markedEnvironment(mark) });
  const release = child.pid === undefined ? () => undefined : guardLaunch(child.pid, mark);
  const { promise: first, resolve: settle } = Promise.withResolvers<Reply<A>>();
  const limit = (time_ns: number) => setTimeout(() => settle({ kind: 'timeout' }), time_ns / 1e6);
  let timer = limit(timeout_ns);
  const allow = (time_ns: number): void => {
    clearTimeout(timer);
    timer = limit(time_ns);
  };
  const interrupt = (): void => settle({ kind: 'interrupted' });
  signal.addEventListener('abort', interrupt, { once: true });
  child.on('message', (message) => {
    const answer = hear(message, allow);
    if (answer !== null) settle({ kind: 'answer', answer });
  });
  child.once('error', (error) => settle({ kind: 'unstarted', error }));
  const ended = endOf(child, mark);
  ended.then(settle, () => undefined);
  // A child that dies at once closes the channel under the request; its end tells.
  child.send(request, () => undefined);
  try {
    const reply = await first;
    await end(child, reply.kind, ended);
    return reply.kind === 'died' && SHARED_SIGNALS.has(reply.signal) ? await unlessInterrupted(reply, signal) : reply;
  } finally {
    release();
    clearTimeout(timer);
    signal.removeEventListener('abort', interrupt);
  }
}

/** Ctrl-C may reach a child that is just starting before it reaches this process: that is no failure of the child. */
async function unlessInterrupted<A>(reply: Reply<A>, signal: AbortSignal): Promise<Reply<A>> {
  await delay(SIGNAL_DELAY_MS);
  return signal.aborted ? { kind: 'interrupted' } : reply;
}

/** One that has answered ends by itself when its channel closes, and is killed where it does not. */
async function end(child: ChildProcess, after: Reply<unknown>['kind'], ended: Promise<unknown>): Promise<void> {
  if (child.pid === undefined) return;
  if (after === 'answer') {
    if (child.connected) child.disconnect();
    await within(PARTING_MS, ended);
  }
  child.kill('SIGKILL');
  await within(PARTING_MS, ended);
}

/** Resolves when the process is gone, what it started too, and what it said has been read. */
async function endOf(child: ChildProcess, mark: string): Promise<Extract<Reply<never>, { kind: 'died' }>> {
  const errorOutput = errorOutputOf(child);
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const said = Promise.all([...streams.map((stream) => once(stream, 'close')), once(child, 'disconnect')]);
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  await endMarked(mark);
  await within(DRAIN_MS, said);
  for (const stream of streams) stream.destroy();
  return { kind: 'died', code, signal, errorOutput: errorOutput() };
}

/** Waits for the promise, but not longer. The timer holds the process: nothing else may be left that does. */
async function within(time_ms: number, promise: Promise<unknown>): Promise<void> {
  const stop = new AbortController();
  const timer = delay(time_ms, null, { signal: stop.signal });
  await Promise.race([promise, timer]).catch(() => undefined);
  stop.abort();
  await timer.catch(() => undefined);
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
