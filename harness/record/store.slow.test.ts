/**
 * Damaged run folders: every line that is still a record is read, and nothing else gets through.
 *
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compareRuns } from '../../reports/compare/comparison.ts';
import { renderPage } from '../../reports/page/page.ts';
import { renderReport, TEXT_FORMATS } from '../../reports/write.ts';
import { fuzz, mutateBytes, MUTATIONS } from '../../workloads/data/fuzz.fixture.ts';
import { Random } from '../../workloads/data/random.ts';
import { mergeRuns } from '../cluster/merge-runs.ts';
import { expectSameRun } from '../run/run-folder.ts';
import { completedRecord, incorrectRecord, recordWithoutResult, runInformation } from './record.examples.ts';
import { parseRecord } from './record.ts';
import { parseRunInformation } from './run-information.ts';
import { readRun, RECORDS_FILE, RUN_FILE, type StoredRun } from './read-run.ts';

const random = Random.from(1, 'run folders');
const folder = mkdtempSync(join(tmpdir(), 'enigmark-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true }));

const records = [
  completedRecord(),
  incorrectRecord({ order: 1, launch: 2 }),
  recordWithoutResult('failed', { order: 2, launch: 3 }),
  recordWithoutResult('timeout', { order: 3, workload: 'dense-64' }),
  recordWithoutResult('unsupported', { order: 4, scheme: 'bfv' }),
  completedRecord({ order: 5, layout: 'batched', batch: 4096 }),
];
const lines = records.map((record) => JSON.stringify(record));

/** As read: in the schema's order of fields. */
const canonical = records.map((record) => JSON.stringify(parseRecord(record)));

const deep = (depth: number): unknown => Array.from({ length: depth }).reduce<unknown>((inner) => [inner], 0);
/** What a field must not be, or may be only now and then. */
const VALUES: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER, 2 ** 53, '', ' ', 'NaN', '__proto__', [], {}, [null], { id: '' }],
  ...[deep(2000), 'x'.repeat(100_000), '\u0000\ud800', Array.from({ length: 5000 }, (_, at) => at), { toString: 1, constructor: null }],
];

/** Half of the mutants are changed bytes, half are JSON with one field changed, dropped, added or exchanged. */
function mutate(json: string): Buffer {
  if (random.below(2) === 0) return Buffer.from(mutateBytes(Buffer.from(json), random));
  const root = JSON.parse(json) as Record<string, unknown>;
  let parent = root;
  let key: string;
  for (;;) {
    const keys = Object.keys(parent);
    key = keys[random.below(Math.max(1, keys.length))] ?? '';
    const value = parent[key];
    if (typeof value !== 'object' || value === null || random.below(4) === 0) break;
    parent = value as Record<string, unknown>;
  }
  const value = VALUES[random.below(VALUES.length)];
  switch (random.below(4)) {
    case 0:
      Reflect.deleteProperty(parent, key);
      break;
    case 1:
      Object.defineProperty(parent, ['extra', '__proto__', `${key} `][random.below(3)]!, { value, enumerable: true, configurable: true });
      break;
    default:
      parent[key] = value;
  }
  return Buffer.from(JSON.stringify(root));
}

function write(file: string, bytes: Buffer | string): void {
  writeFileSync(join(folder, file), bytes);
}

function expectReadable({ records: read, information, warnings }: StoredRun): void {
  for (const record of read) expect(parseRecord(structuredClone(record))).toEqual(record);
  if (information !== null) expect(parseRunInformation(structuredClone(information))).toEqual(information);
  for (const { message } of warnings) expect(message).not.toBe('');
}

/** Whether `parts` occur in `whole` in their order. */
function holdsInOrder(whole: readonly string[], parts: readonly string[]): boolean {
  let at = 0;
  for (const one of whole) if (one === parts[at]) at++;
  return at === parts.length;
}

test('a damaged line of records loses only itself', () => {
  write(RUN_FILE, JSON.stringify(runInformation()));
  const outcomes = fuzz('records', MUTATIONS, () => {
    const at = random.below(lines.length);
    const bytes = lines
      .map((line, index) => (index === at ? mutate(line) : Buffer.from(line)))
      .flatMap((line) => [line, Buffer.from('\n')]);
    write(RECORDS_FILE, Buffer.concat(random.below(4) === 0 ? bytes.slice(0, -1) : bytes));
    const run = readRun(folder);
    expectReadable(run);
    const others = canonical.filter((_, index) => index !== at);
    const read = run.records.map((record) => JSON.stringify(record));
    expect(holdsInOrder(read, others), 'the other lines').toBe(true);
    return run.warnings[0]?.code ?? (read.length === lines.length ? 'parsed' : 'a line less');
  });
  expect(outcomes.get('parsed')).toBeGreaterThan(0);
  expect(outcomes.get('RECORD_DAMAGED')).toBeGreaterThan(0);
  expect(outcomes.get('RECORD_INVALID')).toBeGreaterThan(0);
});

test('a damaged file of records, and the report of what is left', () => {
  const whole = `${lines.join('\n')}\n`;
  fuzz('records, reported', MUTATIONS / 10, () => {
    write(RECORDS_FILE, Buffer.from(mutateBytes(Buffer.from(whole), random)));
    const run = readRun(folder);
    expectReadable(run);
    if (run.records.length > 0) expect(renderReport(run).size).toBeGreaterThan(0);
    return run.warnings[0]?.code ?? 'parsed';
  });
});

test('a damaged run.json costs no record', () => {
  write(RECORDS_FILE, `${lines.join('\n')}\n`);
  const sound = JSON.stringify(runInformation());
  const outcomes = fuzz('run.json', MUTATIONS, () => {
    write(RUN_FILE, mutate(sound));
    const run = readRun(folder);
    expectReadable(run);
    expect(run.records).toHaveLength(lines.length);
    return run.warnings[0]?.code ?? 'parsed';
  });
  expect([...outcomes.keys()].filter((outcome) => outcome !== 'SCHEMA_NEWER').sort()).toEqual(['RUN_INFORMATION_DAMAGED', 'parsed']);
});

test('a run.json that is strange but sound is reported, compared, merged and resumed, or refused with a code', () => {
  write(RECORDS_FILE, `${lines.join('\n')}\n`);
  const sound = JSON.stringify(runInformation());
  write(RUN_FILE, sound);
  const base = readRun(folder);
  const outcomes = fuzz('run.json, used', MUTATIONS / 10, () => {
    let run: StoredRun;
    do {
      write(RUN_FILE, mutate(sound));
      run = readRun(folder);
    } while (run.information === null);
    const { information } = run;
    const pages = [...renderReport(run, { formats: TEXT_FORMATS, tables: null, columns: null }).values()];
    pages.push(renderPage(run, [], []));
    const unexpected = JSON.stringify(information).includes('NaN') ? /Infinity/ : /Infinity|NaN/;
    for (const page of pages) expect(page).not.toMatch(unexpected);
    expect(compareRuns(base, run).map(({ verdict }) => verdict)).not.toContain('broken');
    expectSameRun(information, information);
    mergeRuns([{ name: 'part', stored: run }], true);
    return mergeRuns(
      [
        { name: 'first', stored: base },
        { name: 'second', stored: { ...run, records: [] } },
      ],
      true,
    ).remarks.length === 0
      ? 'merged'
      : 'merged with a remark';
  });
  expect([...outcomes.keys()]).toEqual(expect.arrayContaining(['merged', 'MERGE_REFUSED']));
});
