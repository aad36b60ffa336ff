/**
 * A benchmark run in a process group of its own, as a terminal starts it, for tests that kill.
 *
 * @module
 */
import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const START = fileURLToPath(new URL('../start.js', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Started with this, the running Node takes itself for an old one. */
const PRETEND_OLD = ['--import', `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.0.0'})`];

export interface GroupEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Processes {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly command: string;
}

export class ProcessGroup {
  static readonly #all = new Set<ProcessGroup>();
  readonly pid: number;
  readonly ended: Promise<GroupEnd>;

  /**
   * Commits made while a test runs are no change of version to it: git answers nothing. With `underOldNode` the first process is the
   * starter, which takes itself for an old Node and hands over.
   */
  constructor(words: readonly string[], { underOldNode = false } = {}) {
    const env = { ...process.env, GIT_DIR: fileURLToPath(new URL('no-repository', import.meta.url)) };
    const child = spawn(process.execPath, [...(underOldNode ? PRETEND_OLD : []), START, ...words], {
      cwd: ROOT,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.pid = child.pid!;
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    this.ended = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr })));
    ProcessGroup.#all.add(this);
    void this.ended.then(() => ProcessGroup.#all.delete(this));
  }

  /** Ends what a failed test left running. */
  static endAll(): void {
    for (const group of ProcessGroup.#all) group.signal('SIGKILL', 'group');
  }

  signal(signal: NodeJS.Signals, to: 'run' | 'group'): void {
    try {
      process.kill(to === 'run' ? this.pid : -this.pid, signal);
    } catch {
      // It has ended by itself.
    }
  }

  /** Everything that lives in the group, the run itself included. */
  members(): readonly Processes[] {
    return living().filter(({ group }) => group === this.pid);
  }

  launches(): readonly Processes[] {
    return this.members().filter(({ command }) => /\/launch\.ts\b/.test(command));
  }

  /** The process that measures: behind a starter it is the starter's child. */
  run(): Processes | undefined {
    const started = this.members().filter(({ command }) => /\/start\.js\b/.test(command));
    return started.find(({ pid }) => pid !== this.pid) ?? started[0];
  }

  /** Outside the group too: the guard is there. */
  descendants(): readonly Processes[] {
    const all = living();
    const below = (pid: number): readonly Processes[] =>
      all.filter(({ parent }) => parent === pid).flatMap((one) => [one, ...below(one.pid)]);
    return below(this.pid);
  }

  /** Children outside the group too: the guard is one. */
  children(): readonly Processes[] {
    return living().filter(({ parent }) => parent === this.pid);
  }
}

/** Waits until none of the processes lives; those that still do after that time are returned. */
export async function remaining(group: ProcessGroup, others: readonly Processes[], patience_ms = 10_000): Promise<readonly Processes[]> {
  const pids = new Set(others.map(({ pid }) => pid));
  const end_ms = Date.now() + patience_ms;
  for (;;) {
    const left = living().filter((one) => one.group === group.pid || pids.has(one.pid));
    if (left.length === 0 || Date.now() > end_ms) return left;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function living(): readonly Processes[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, group, state, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    // A zombie is a process that has ended and that nobody has asked about yet.
    if (command === undefined || state!.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), command }];
  });
}
