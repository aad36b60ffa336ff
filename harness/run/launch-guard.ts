/**
 * Launch processes die with the run. One that is busy in a long evaluation, or hangs, does not hear that its parent is gone;
 * so a small process beside the run waits for the run's end and then kills the launches that are left. Inside the launch
 * such a watch would need a thread, whose memory would be measured too.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

// Source and published package differ in the ending: .ts here is .js there.
const GUARD_MODULE = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './launch-guard-process.ts' : './launch-guard-process.js', import.meta.url),
);

/** Hears of launches as they begin (`+pid mark`) and end (`-pid`), line by line; that the pipe closes is the end of the run. */
let pipe: Socket | null = null;

/**
 * From now on the process, and every one that carries its mark, is killed when this one ends, however it ends; the result takes it off
 * the list.
 */
export function guardLaunch(pid: number, mark: string): () => void {
  pipe ??= startGuard();
  pipe.write(`+${pid} ${mark}\n`);
  return () => pipe?.write(`-${pid}\n`);
}

function startGuard(): Socket {
  // In a process group of its own, out of reach of Ctrl-C.
  const guard = spawn(process.execPath, [GUARD_MODULE], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  const stdin = guard.stdin as unknown as Socket;
  // Without a guard a launch still ends by itself as soon as it hears.
  guard.on('error', () => undefined);
  stdin.on('error', () => undefined);
  guard.unref();
  stdin.unref();
  return stdin;
}
