/**
 * One writer per run folder: a lock file that holds the writer's process id.
 *
 * @module
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EnigmarkError } from '../../schemes/errors.ts';

const LOCK_FILE = 'lock';

/** Paths locked by this process: a lock with our own id that is not among them is left over from an earlier process. */
const held = new Set<string>();

/**
 * Locks the folder; the result unlocks it. The lock of a dead process is taken over.
 *
 * @throws EnigmarkError RUN_FOLDER_BUSY where a living process holds the lock, or the lock cannot be read.
 */
export function lockFolder(folder: string): () => void {
  const path = resolve(folder, LOCK_FILE);
  if (!create(path)) {
    const owner = ownerOf(path);
    if (owner === null || isAlive(owner, path) || !takeOver(path, owner)) throw busy(folder, owner);
  }
  held.add(path);
  return () => {
    held.delete(path);
    // Where the folder was moved, another run may have made its own there.
    if (ownerOf(path) === process.pid) rmSync(path, { force: true });
  };
}

/** The lock appears with its owner in it: a process killed while it locks must leave none that nobody can read. */
function create(path: string): boolean {
  const written = `${path}.${process.pid}.new`;
  try {
    writeFileSync(written, `${process.pid}\n`);
    linkSync(written, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(written, { force: true });
  }
}

/** null: gone, or no process id in it. */
function ownerOf(path: string): number | null {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return /^[1-9]\d*$/.test(text) ? Number(text) : null;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function isAlive(owner: number, path: string): boolean {
  if (owner === process.pid) return held.has(path);
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    // EPERM: alive, but another user's.
    return codeOf(error) !== 'ESRCH';
  }
}

/** Two processes may find the same stale lock: only the one that moves it away may go on. */
function takeOver(path: string, owner: number): boolean {
  const moved = `${path}.${process.pid}`;
  try {
    renameSync(path, moved);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
  const wasStale = ownerOf(moved) === owner;
  // The other process was quicker and this is its fresh lock.
  if (!wasStale) linkSync(moved, path);
  rmSync(moved);
  return wasStale && create(path);
}

function busy(folder: string, owner: number | null): EnigmarkError {
  return new EnigmarkError('RUN_FOLDER_BUSY', {
    expected: `a run folder that no other run writes to`,
    got: `${folder} locked by ${owner === null ? 'an unknown process' : `process ${owner}`}`,
    remedy: `wait for that run, choose another --out, or delete ${resolve(folder, LOCK_FILE)} if no run is active`,
  });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
