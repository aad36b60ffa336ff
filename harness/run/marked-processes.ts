/**
 * What a child process leaves running when it ends. Whatever it started carries the mark of its environment, in whichever session it is and
 * whoever is its parent by now. Found where the system has `/proc`; elsewhere it stays.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const VARIABLE = 'ENIGMARK_CHILD';
/** A killed process needs a moment, and may have started another one before. */
const AGAIN_MS = 10;
const MOST_LOOKS = 200;

/** The environment of this process with that mark, for a child and all that it starts. */
export function markedEnvironment(mark: string): NodeJS.ProcessEnv {
  return { ...process.env, [VARIABLE]: mark };
}

/** Kills every process with that mark; resolves when none is left. */
export async function endMarked(mark: string): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    const pids = findMarked(mark);
    if (pids.length === 0) return;
    pids.forEach(killProcess);
    await delay(AGAIN_MS);
  }
}

/** Kills a process, unless it has ended by itself. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended, or belongs to somebody else by now.
  }
}

function findMarked(mark: string): readonly number[] {
  const variable = `\0${VARIABLE}=${mark}\0`;
  return processIds().filter((pid) => `\0${environmentOf(pid)}`.includes(variable));
}

function processIds(): readonly number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

/** Of a process that has ended, or is another user's, nothing. */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}
