/**
 * A run folder: `records.jsonl`, one record a line in the order of the run, and `run.json`. Every line is on the disk
 * before the next launch begins, and a damaged line loses only itself.
 *
 * @module
 */
import { closeSync, existsSync, fsyncSync, fstatSync, ftruncateSync, mkdirSync, openSync } from 'node:fs';
import { readdirSync, readSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnigmarkError } from '../../schemes/errors.ts';
import { RECORDS_FILE, RUN_FILE } from './read-run.ts';
import { lockFolder } from './folder-lock.ts';
import { makeFolders } from './make-folders.ts';
import { printableJson } from './printable.ts';
import type { LaunchRecord } from './record.ts';
import type { RunInformation } from './run-information.ts';
import { writing } from './writing.ts';

/** The only writer of its folder, until disposed. */
export class RunStore implements Disposable {
  readonly folder: string;
  readonly #unlock: () => void;
  readonly #file: number;

  private constructor(folder: string, unlock: () => void, file: number) {
    this.folder = folder;
    this.#unlock = unlock;
    this.#file = file;
  }

  /**
   * Makes the folder where it is missing; what it holds already is kept and appended to.
   *
   * @throws EnigmarkError RUN_FOLDER_BUSY, RUN_FOLDER_UNWRITABLE, DISK_FULL.
   */
  static open(folder: string): RunStore {
    return writing(folder, () => {
      makeFolders(folder);
      const unlock = lockFolder(folder);
      try {
        const file = openSync(join(folder, RECORDS_FILE), 'a+');
        endLastLine(file);
        return new RunStore(folder, unlock, file);
      } catch (error) {
        unlock();
        throw error;
      }
    });
  }

  /**
   * One line, on the disk when this returns. Where it cannot be written whole, nothing of it stays.
   *
   * @throws EnigmarkError DISK_FULL, RUN_FOLDER_UNWRITABLE; RUN_FOLDER_GONE where the folder was moved, and the line with it, or removed.
   */
  append(record: LaunchRecord): void {
    writing(this.folder, () => {
      appendWhole(this.#file, `${printableJson(record)}\n`);
      fsyncSync(this.#file);
    });
    this.#expectInPlace();
  }

  /**
   * Replaces run.json; a reader meets the old file or the new one, never a part.
   *
   * @throws EnigmarkError DISK_FULL, RUN_FOLDER_UNWRITABLE, RUN_FOLDER_GONE.
   */
  writeInformation(run: RunInformation): void {
    this.#expectInPlace();
    const path = join(this.folder, RUN_FILE);
    writing(this.folder, () => {
      try {
        writeFileSync(`${path}.new`, `${printableJson(run, 2)}\n`, { flush: true });
        renameSync(`${path}.new`, path);
      } catch (error) {
        rmSync(`${path}.new`, { force: true });
        throw error;
      }
    });
  }

  /** Whoever looks into the folder must find what this writes. */
  #expectInPlace(): void {
    const there = statSync(join(this.folder, RECORDS_FILE), { throwIfNoEntry: false });
    const ours = fstatSync(this.#file);
    if (there?.ino === ours.ino && there.dev === ours.dev) return;
    throw new EnigmarkError('RUN_FOLDER_GONE', {
      expected: `the ${RECORDS_FILE} of ${this.folder} where it was`,
      got: there === undefined ? 'no such file: it was removed or moved' : 'another file in its place',
      remedy:
        'what was moved holds every record until now: go on there with --resume --out; what was removed is lost, save for what is printed',
    });
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
    this.#unlock();
  }
}

/**
 * Makes `<root>/<date>-<n>` with the first free n from 1, and returns its path.
 *
 * @throws EnigmarkError RUN_FOLDER_UNWRITABLE, DISK_FULL.
 */
export function createRunFolder(root: string, startedAt: Date): string {
  const date = startedAt.toISOString().slice(0, 10);
  return writing(root, () => {
    makeFolders(root);
    for (let n = 1; ; n += 1) {
      const folder = join(root, `${date}-${n}`);
      // Without `recursive`, mkdir is atomic: of two runs that begin together each gets its own folder.
      if (!existsSync(folder) && makeFolder(folder)) return folder;
    }
  });
}

/** Path of the newest `<date>-<n>` under the root, or null. */
export function latestRunFolder(root: string): string | null {
  if (!existsSync(root)) return null;
  const runs = readdirSync(root, { withFileTypes: true }).flatMap((entry) => {
    const match = /^(\d{4}-\d{2}-\d{2})-(\d+)$/.exec(entry.name);
    return entry.isDirectory() && match ? [{ name: entry.name, date: match[1]!, n: Number(match[2]) }] : [];
  });
  runs.sort((left, right) => left.date.localeCompare(right.date) || left.n - right.n);
  const latest = runs.at(-1);
  return latest === undefined ? null : join(root, latest.name);
}

/** A line that a crash cut off must not swallow the next record. */
function endLastLine(file: number): void {
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  if (size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a) writeFileSync(file, '\n');
}

function appendWhole(file: number, text: string): void {
  const { size } = fstatSync(file);
  try {
    writeFileSync(file, text);
  } catch (error) {
    if (fstatSync(file).isFile()) ftruncateSync(file, size);
    throw error;
  }
}

function makeFolder(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (existsSync(folder)) return false;
    throw error;
  }
}
