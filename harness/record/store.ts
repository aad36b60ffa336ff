/**
 * A run folder: `records.jsonl`, one record a line in the order of the run, and `run.json`. Every line is on the disk
 * before the next launch begins, and a damaged line loses only itself.
 *
 * @module
 */
import { closeSync, existsSync, fsyncSync, fstatSync, ftruncateSync, mkdirSync, openSync } from 'node:fs';
import { readdirSync, readFileSync, readSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeError, EnigmarkError } from '../../schemes/errors.ts';
import { attemptOf, lastAttempts, launchKey } from './attempts.ts';
import { lockFolder } from './folder-lock.ts';
import { makeFolders } from './make-folders.ts';
import { writing } from './writing.ts';
import { readRecord, readRunInformation } from './migration.ts';
import type { LaunchRecord } from './record.ts';
import type { RunInformation } from './run-information.ts';

export const RECORDS_FILE = 'records.jsonl';
export const RUN_FILE = 'run.json';

/** Part of a folder that could not be used; the rest could. */
export interface StoreWarning {
  readonly code:
    | 'RECORD_DAMAGED'
    | 'RECORD_TORN'
    | 'RECORD_INVALID'
    | 'RECORD_TWICE'
    | 'SCHEMA_NEWER'
    | 'RUN_INFORMATION_DAMAGED'
    | 'RUN_INFORMATION_MISSING';
  readonly file: typeof RECORDS_FILE | typeof RUN_FILE;
  /** From 1; null: the whole file. */
  readonly line: number | null;
  readonly message: string;
}

export interface StoredRun {
  readonly information: RunInformation | null;
  /** One of every launch: where it was repeated, the last. */
  readonly records: readonly LaunchRecord[];
  readonly warnings: readonly StoreWarning[];
}

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
      appendWhole(this.#file, `${JSON.stringify(record)}\n`);
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
        writeFileSync(`${path}.new`, `${JSON.stringify(run, null, 2)}\n`, { flush: true });
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

/**
 * Everything readable in a run folder, of this version or an earlier one, and a warning for everything that is not.
 *
 * @throws EnigmarkError RUN_FOLDER_MISSING where the folder holds no run; RUN_FOLDER_UNREADABLE.
 */
export function readRun(folder: string): StoredRun {
  const recordsPath = join(folder, RECORDS_FILE);
  const runPath = join(folder, RUN_FILE);
  if (!isFile(recordsPath) && !isFile(runPath)) {
    throw new EnigmarkError('RUN_FOLDER_MISSING', {
      expected: `a run folder with ${RECORDS_FILE}`,
      got: existsSync(folder) ? `${folder} without one` : `no folder ${folder}`,
      remedy: `name a folder that a run wrote; the ones here: ${neighbours(folder)}`,
    });
  }
  const { records, warnings } = readRecords(isFile(recordsPath) ? readText(recordsPath) : '');
  const { information, warning } = readInformation(runPath);
  return { information, records, warnings: warning === null ? warnings : [...warnings, warning] };
}

function readRecords(text: string): { records: LaunchRecord[]; warnings: StoreWarning[] } {
  const records: LaunchRecord[] = [];
  const warnings: StoreWarning[] = [];
  const newer: string[] = [];
  const lineOf = new Map<string, number>();
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const warn = (code: StoreWarning['code'], message: string) => warnings.push({ code, file: RECORDS_FILE, line: index + 1, message });
    try {
      const record = readRecord(JSON.parse(line));
      const key = `${launchKey(record)} ${attemptOf(record)}`;
      const first = lineOf.get(key);
      if (first === undefined) {
        lineOf.set(key, index + 1);
        records.push(record);
      } else {
        warn('RECORD_TWICE', `launch ${record.launch} of ${record.id} stands in line ${first} already: this line is not counted`);
      }
    } catch (error) {
      if (error instanceof EnigmarkError && error.code === 'SCHEMA_NEWER') newer.push(error.message);
      else if (error instanceof EnigmarkError) warn('RECORD_INVALID', error.message);
      else if (index === lines.length - 1) warn('RECORD_TORN', 'the last line is cut off: that launch is lost');
      else warn('RECORD_DAMAGED', 'the line is not JSON: that launch is lost');
    }
  }
  // A whole run is of one version as a rule: said once.
  if (newer.length > 0) {
    const message = `${newer.length} ${newer.length === 1 ? 'record' : 'records'}: ${newer[0]!}`;
    warnings.push({ code: 'SCHEMA_NEWER', file: RECORDS_FILE, line: null, message });
  }
  return { records: lastAttempts(records), warnings };
}

function readInformation(path: string): { information: RunInformation | null; warning: StoreWarning | null } {
  const warn = (code: StoreWarning['code'], message: string) => ({
    information: null,
    warning: { code, file: RUN_FILE, line: null, message } as const,
  });
  if (!isFile(path)) return warn('RUN_INFORMATION_MISSING', 'machine and versions of this run are unknown');
  try {
    return { information: readRunInformation(JSON.parse(readText(path))), warning: null };
  } catch (error) {
    const { code, message } = describeError(error);
    return warn(code === 'SCHEMA_NEWER' ? code : 'RUN_INFORMATION_DAMAGED', message);
  }
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

function readText(path: string): string {
  try {
    // A byte order mark is no part of the text.
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new EnigmarkError('RUN_FOLDER_UNREADABLE', {
      expected: 'a file that can be read',
      got: `${path} (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'})`,
      remedy: 'change its permissions, or name another run',
      cause: error,
    });
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // Nothing is there, or nothing that can be looked at, such as a link to itself.
    return false;
  }
}

function neighbours(folder: string): string {
  const parent = dirname(folder);
  if (!existsSync(parent)) return 'none';
  const names = readdirSync(parent).filter((name) => isFile(join(parent, name, RECORDS_FILE)));
  return names.length === 0 ? 'none' : names.slice(-5).join(', ');
}
