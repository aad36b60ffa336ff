/** @module */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completedRecord, recordWithoutResult, runInformation } from './record.examples.ts';
import { readRun } from './read-run.ts';
import { createRunFolder, latestRunFolder, RunStore } from './store.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'enigmark-store-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const first = completedRecord({ order: 0 });
const second = recordWithoutResult('timeout', { order: 1, workload: 'dense-64' });
const third = completedRecord({ order: 2, launch: 2 });

/** A folder with the three records, written through the store. */
function writeRun(name = 'run'): string {
  const folder = join(root, name);
  using store = RunStore.open(folder);
  for (const record of [first, second, third]) store.append(record);
  store.writeInformation(runInformation());
  return folder;
}

function coded(code: string): unknown {
  return expect.objectContaining({ name: 'EnigmarkError', code });
}

const DIGEST: unknown = expect.stringMatching(/^[0-9a-f]{64}$/);

describe('RunStore', () => {
  it('keeps records in order, and run.json', () => {
    expect(readRun(writeRun())).toEqual({
      information: runInformation(),
      records: [first, second, third],
      warnings: [],
      recordsDigest: DIGEST,
    });
  });

  it('has each record on the disk when append returns', () => {
    using store = RunStore.open(join(root, 'run'));
    store.append(first);
    expect(readRun(store.folder).records).toEqual([first]);
  });

  it('adds to what is there', () => {
    const folder = writeRun();
    using store = RunStore.open(folder);
    const fourth = completedRecord({ order: 3, launch: 3 });
    store.append(fourth);
    expect(readRun(folder).records).toEqual([first, second, third, fourth]);
  });

  it('starts a new line after one that was cut off', () => {
    const folder = writeRun();
    appendFileSync(join(folder, 'records.jsonl'), '{"schemaVersion":1,"id":"ck');
    using store = RunStore.open(folder);
    const fourth = completedRecord({ order: 3, launch: 3 });
    store.append(fourth);
    const { records, warnings } = readRun(folder);
    expect(records).toEqual([first, second, third, fourth]);
    expect(warnings).toMatchObject([{ code: 'RECORD_DAMAGED', line: 4 }]);
  });

  it('replaces run.json and leaves nothing else behind', () => {
    const folder = writeRun();
    using store = RunStore.open(folder);
    store.writeInformation(runInformation({ seed: 7 }));
    expect(readRun(folder).information?.seed).toBe(7);
    expect(readdirSync(folder).sort()).toEqual(['lock', 'records.jsonl', 'run.json']);
  });

  it('refuses a folder that cannot be made', () => {
    writeFileSync(join(root, 'file'), '');
    expect(() => RunStore.open(join(root, 'file', 'run'))).toThrow(coded('RUN_FOLDER_UNWRITABLE'));
    expect(() => createRunFolder(join(root, 'file', 'results'), new Date(0))).toThrow(coded('RUN_FOLDER_UNWRITABLE'));
  });

  it.runIf(existsSync('/dev/full'))('gives a full disk its code', () => {
    const folder = join(root, 'run');
    mkdirSync(folder);
    symlinkSync('/dev/full', join(folder, 'records.jsonl'));
    using store = RunStore.open(folder);
    expect(() => store.append(first)).toThrow(coded('DISK_FULL'));
  });

  it.runIf(existsSync('/proc/self'))('refuses a folder where no folder can be made, instead of trying for ever', () => {
    expect(() => RunStore.open('/proc/nowhere/run')).toThrow(coded('RUN_FOLDER_UNWRITABLE'));
    expect(() => createRunFolder('/proc/nowhere', new Date(0))).toThrow(coded('RUN_FOLDER_UNWRITABLE'));
  });

  it('says that its folder was moved, after the record has moved with it', () => {
    const folder = join(root, 'run');
    using store = RunStore.open(folder);
    store.append(first);
    renameSync(folder, join(root, 'moved'));
    expect(() => store.append(second)).toThrow(coded('RUN_FOLDER_GONE'));
    expect(() => store.writeInformation(runInformation())).toThrow(coded('RUN_FOLDER_GONE'));
    expect(readRun(join(root, 'moved')).records).toEqual([first, second]);
    using other = RunStore.open(folder);
    other.append(third);
    expect(() => store.append(second)).toThrow(/another file in its place/);
    expect(readRun(folder).records).toEqual([third]);
  });

  it('leaves the lock of another run alone that has made the folder again', () => {
    const folder = join(root, 'run');
    {
      using store = RunStore.open(folder);
      renameSync(store.folder, join(root, 'moved'));
      mkdirSync(folder);
      writeFileSync(join(folder, 'lock'), `${process.ppid}\n`);
    }
    expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe(`${process.ppid}\n`);
  });

  it('unlocks a folder that it failed to open', () => {
    const folder = join(root, 'run');
    mkdirSync(join(folder, 'records.jsonl'), { recursive: true });
    expect(() => RunStore.open(folder)).toThrow(coded('RUN_FOLDER_UNWRITABLE'));
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });
});

describe('lock', () => {
  const lockOf = (folder: string) => join(folder, 'lock');

  it('refuses a second writer until the first is done', () => {
    const folder = writeRun();
    {
      using store = RunStore.open(folder);
      expect(() => RunStore.open(store.folder)).toThrow(coded('RUN_FOLDER_BUSY'));
      expect(() => RunStore.open(relative('.', store.folder))).toThrow(coded('RUN_FOLDER_BUSY'));
    }
    using again = RunStore.open(folder);
    expect(readFileSync(lockOf(again.folder), 'utf8')).toBe(`${process.pid}\n`);
  });

  it('respects another living process', () => {
    const folder = writeRun();
    writeFileSync(lockOf(folder), `${process.ppid}\n`);
    expect(() => RunStore.open(folder)).toThrow(coded('RUN_FOLDER_BUSY'));
    expect(readFileSync(lockOf(folder), 'utf8')).toBe(`${process.ppid}\n`);
  });

  it('takes over from a dead process', () => {
    const folder = writeRun();
    const { pid } = spawnSync(process.execPath, ['--eval', '']);
    writeFileSync(lockOf(folder), `${pid}\n`);
    using store = RunStore.open(folder);
    expect(readFileSync(lockOf(store.folder), 'utf8')).toBe(`${process.pid}\n`);
  });

  it('takes over a lock with its own id that an earlier process left', () => {
    const folder = writeRun();
    writeFileSync(lockOf(folder), `${process.pid}\n`);
    using store = RunStore.open(folder);
    expect(() => RunStore.open(store.folder)).toThrow(coded('RUN_FOLDER_BUSY'));
  });

  it('does not guess about a lock that it cannot read', () => {
    const folder = writeRun();
    writeFileSync(lockOf(folder), '');
    expect(() => RunStore.open(folder)).toThrow(coded('RUN_FOLDER_BUSY'));
  });
});

describe('readRun', () => {
  /** Rewrites one line of the three; line numbers count from 1. */
  function damage(line: number, change: (text: string) => string): ReturnType<typeof readRun> {
    const folder = writeRun();
    const path = join(folder, 'records.jsonl');
    const lines = readFileSync(path, 'utf8').split('\n');
    lines[line - 1] = change(lines[line - 1]!);
    writeFileSync(path, lines.join('\n'));
    return readRun(folder);
  }

  it('loses only a line that is not JSON', () => {
    const { records, warnings } = damage(2, () => '\u0000\u0001{{');
    expect(records).toEqual([first, third]);
    expect(warnings).toMatchObject([{ code: 'RECORD_DAMAGED', file: 'records.jsonl', line: 2 }]);
  });

  it('loses only a line that breaks the schema, and says where', () => {
    const { records, warnings } = damage(1, (text) => text.replace('"launch":1', '"launch":-1'));
    expect(records).toEqual([second, third]);
    expect(warnings).toMatchObject([{ code: 'RECORD_INVALID', line: 1, message: expect.stringContaining('launch') as unknown }]);
  });

  it('loses only a last line that was cut off', () => {
    const folder = writeRun();
    const path = join(folder, 'records.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -40));
    const { records, warnings } = readRun(folder);
    expect(records).toEqual([first, second]);
    expect(warnings).toMatchObject([{ code: 'RECORD_TORN', line: 3 }]);
  });

  it('reads a last line that only lacks its end', () => {
    const folder = writeRun();
    const path = join(folder, 'records.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').trimEnd());
    expect(readRun(folder)).toMatchObject({ records: [first, second, third], warnings: [], recordsDigest: DIGEST });
  });

  it('says once of all records that a newer version wrote them, and reads the others', () => {
    const folder = writeRun();
    const path = join(folder, 'records.jsonl');
    const raised = (line: string) => line.replace(/"schemaVersion":\d+/, '"schemaVersion":99');
    writeFileSync(
      path,
      readFileSync(path, 'utf8')
        .split('\n')
        .map((line, at) => (at === 1 ? line : raised(line)))
        .join('\n'),
    );
    const { records, warnings } = readRun(folder);
    expect(records).toEqual([second]);
    expect(warnings).toMatchObject([
      { code: 'SCHEMA_NEWER', line: null, message: expect.stringMatching(/^2 records: .*version 99/) as unknown },
    ]);
  });

  it('counts a launch once that stands there twice, as where shards were put together by hand', () => {
    const folder = writeRun();
    const path = join(folder, 'records.jsonl');
    appendFileSync(path, readFileSync(path));
    const { records, warnings } = readRun(folder);
    expect(records).toEqual([first, second, third]);
    expect(warnings.map(({ code, line }) => [code, line])).toEqual([4, 5, 6].map((line) => ['RECORD_TWICE', line]));
  });

  it('takes the last attempt of a launch that was repeated', () => {
    const folder = writeRun();
    const again = completedRecord({ order: 1, workload: 'dense-64', attempt: 2 });
    using store = RunStore.open(folder);
    store.append(again);
    expect(readRun(folder)).toMatchObject({ records: [first, again, third], warnings: [], recordsDigest: DIGEST });
  });

  it('reads files that an editor gave a byte order mark', () => {
    const folder = writeRun();
    for (const name of ['records.jsonl', 'run.json']) {
      const path = join(folder, name);
      writeFileSync(path, `\uFEFF${readFileSync(path, 'utf8')}`);
    }
    expect(readRun(folder)).toEqual({
      information: runInformation(),
      records: [first, second, third],
      warnings: [],
      recordsDigest: DIGEST,
    });
  });

  it('reads records without run.json, or with a damaged one', () => {
    const folder = writeRun();
    writeFileSync(join(folder, 'run.json'), '{"seed":');
    expect(readRun(folder)).toMatchObject({ information: null, warnings: [{ code: 'RUN_INFORMATION_DAMAGED', line: null }] });
    rmSync(join(folder, 'run.json'));
    expect(readRun(folder)).toMatchObject({ information: null, warnings: [{ code: 'RUN_INFORMATION_MISSING' }] });
    expect(readRun(folder).records).toHaveLength(3);
  });

  it('refuses a folder without a run and names those beside it', () => {
    writeRun('2026-01-02-1');
    expect(() => readRun(join(root, 'nowhere'))).toThrow(coded('RUN_FOLDER_MISSING'));
    expect(() => readRun(join(root, 'nowhere'))).toThrow(/2026-01-02-1/);
    expect(() => readRun(root)).toThrow(coded('RUN_FOLDER_MISSING'));
  });
});

describe('run folders', () => {
  it('count up within a day', () => {
    const day = new Date('2026-01-02T23:59:59Z');
    const names = [1, 2, 3].map(() => createRunFolder(root, day));
    expect(names).toEqual(['2026-01-02-1', '2026-01-02-2', '2026-01-02-3'].map((name) => join(root, name)));
  });

  it('are ordered by date, then by number', () => {
    expect(latestRunFolder(join(root, 'nowhere'))).toBe(null);
    for (const name of ['2026-01-02-9', '2026-01-02-10', '2025-12-31-11', 'reference', '2026-02-30']) mkdirSync(join(root, name));
    writeFileSync(join(root, '2027-01-01-1'), 'not a folder');
    expect(latestRunFolder(root)).toBe(join(root, '2026-01-02-10'));
  });
});
