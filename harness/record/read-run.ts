/**
 * A run's folder, read back: its records, and the machine and the request behind them. What cannot be used is told, and the rest is
 * read all the same.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeError, EnigmarkError } from '../../schemes/errors.ts';
import { attemptOf, lastAttempts, launchKey } from './attempts.ts';
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
  /** SHA-256 of records.jsonl, as `sha256sum` prints it. */
  readonly recordsDigest: string;
  readonly warnings: readonly StoreWarning[];
}

/** Of these the line is lost, or the whole file. */
const DAMAGE: ReadonlySet<StoreWarning['code']> = new Set(['RECORD_DAMAGED', 'RECORD_TORN', 'RECORD_INVALID', 'RUN_INFORMATION_DAMAGED']);

/** Whether something of the run was lost; records of a newer version are not, nor is one that stands in the file twice. */
export function isDamaged({ warnings }: Pick<StoredRun, 'warnings'>): boolean {
  return warnings.some(({ code }) => DAMAGE.has(code));
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
  const bytes = isFile(recordsPath) ? readBytes(recordsPath) : Buffer.alloc(0);
  const { records, warnings } = readRecords(textOf(bytes));
  const { information, warning } = readInformation(runPath);
  const recordsDigest = createHash('sha256').update(bytes).digest('hex');
  return { information, records, recordsDigest, warnings: warning === null ? warnings : [...warnings, warning] };
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
    return { information: readRunInformation(JSON.parse(textOf(readBytes(path)))), warning: null };
  } catch (error) {
    const { code, message } = describeError(error);
    return warn(code === 'SCHEMA_NEWER' ? code : 'RUN_INFORMATION_DAMAGED', message);
  }
}

/** A byte order mark is no part of the text. */
function textOf(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new EnigmarkError('RUN_FOLDER_UNREADABLE', {
      expected: 'a file that can be read',
      got: `${path} (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'})`,
      remedy: 'change its permissions, or name another run',
      cause: error,
    });
  }
}

export function isFile(path: string): boolean {
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
