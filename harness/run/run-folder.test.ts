/** @module */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completedRecord, runInformation } from '../record/record.examples.ts';
import { expectSameRun, openRun } from './run-folder.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'enigmark-folder-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function coded(code: string): unknown {
  return expect.objectContaining({ name: 'EnigmarkError', code });
}

/** A run with one record. */
function recorded(): string {
  const out = join(root, 'run');
  using run = openRun(out, false);
  run.store.writeInformation(runInformation());
  run.store.append(completedRecord());
  return out;
}

describe('openRun', () => {
  it('begins with nothing in a new folder', () => {
    using run = openRun(join(root, 'new'), false);
    expect(run).toMatchObject({ records: [], information: null, warnings: [] });
  });

  it('goes on with what is there only where it was asked to', () => {
    const out = recorded();
    expect(() => openRun(out, false)).toThrow(coded('RUN_FOLDER_HOLDS_RUN'));
    using run = openRun(out, true);
    expect(run).toMatchObject({ records: [completedRecord()], information: runInformation(), warnings: [] });
  });

  it('resumes a run that was ended before its first record', () => {
    const out = join(root, 'early');
    mkdirSync(out);
    using run = openRun(out, true);
    expect(run).toMatchObject({ records: [], information: null, warnings: [] });
  });

  it('makes no folder to resume in', () => {
    expect(() => openRun(join(root, 'nowhere'), true)).toThrow(coded('RUN_FOLDER_MISSING'));
    expect(existsSync(join(root, 'nowhere'))).toBe(false);
  });

  it.each(['', '{"seed":'])('adds nothing to records of unknown origin, run.json being %j', (text) => {
    const out = recorded();
    if (text === '') rmSync(join(out, 'run.json'));
    else writeFileSync(join(out, 'run.json'), text);
    expect(() => openRun(out, true)).toThrow(coded('RUN_INFORMATION_MISSING'));
    expect(readdirSync(out)).not.toContain('lock');
  });

  it('leaves no lock where it refuses', () => {
    const out = recorded();
    {
      using run = openRun(out, true);
      expect(() => openRun(out, true)).toThrow(coded('RUN_FOLDER_BUSY'));
      expect(run.records).toHaveLength(1);
    }
    expect(readdirSync(out).sort()).toEqual(['records.jsonl', 'run.json']);
  });
});

describe('expectSameRun', () => {
  const before = runInformation();
  it.each([
    ['seed', { seed: 2 }, /the seed that the run began with, 1, got 2/],
    ['profile', { profile: 'full' }, /the profile that the run began with, quick, got full/],
    ['Node', { versions: { ...before.versions, node: '26.0.0' } }, /the Node that the run began with, 24\.21\.0, got 26\.0\.0/],
    [
      'a library',
      { versions: { ...before.versions, libraries: { 'node-seal': '8.0.0' } } },
      /version of node-seal .* 7\.0\.0, got 8\.0\.0/,
    ],
    ['the commit', { enigmark: { ...before.enigmark, commit: null } }, /version of Enigmark/],
    ['the processor', { processor: { ...before.processor, cores: 4 } }, /processor/],
    ['options', { arguments: ['--scheme', 'bfv'] }, /--scheme that the run began with, ckks, got bfv/],
    ['parameters', { arguments: ['--scheme', 'ckks', '--parameters', 'deep'] }, /--parameters .*, the smallest that fits, got deep/],
  ])('refuses another %s', (_, changes, message) => {
    const now = runInformation(changes);
    expect(() => expectSameRun(before, now)).toThrow(message);
    expect(() => expectSameRun(before, now)).toThrow(coded('RUN_MISMATCH'));
  });

  it('takes what differs without meaning', () => {
    const now = runInformation({ arguments: ['--scheme=ckks', '--resume', '--out', 'run'], startedAt: '2026-01-03T00:00:00.000Z' });
    expect(() => expectSameRun(before, now)).not.toThrow();
  });
});
