/** @module */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completedRecord, incorrectRecord, recordWithoutResult, runInformation } from '../harness/record/record.examples.ts';
import { answersOf } from './answer/answer.ts';
import { answerLines } from './answer/lines.ts';
import { renderReport, writeReport } from './write.ts';

const records = [
  completedRecord({ launch: 1 }),
  completedRecord({ launch: 2 }),
  completedRecord({ launch: 3 }),
  incorrectRecord({ workload: 'dense-64' }),
  recordWithoutResult('timeout', { workload: 'dense-1024' }),
];
const run = { information: runInformation(), records, warnings: [] };
const summary = (changes: Partial<typeof run> | { information: null }) => renderReport({ ...run, ...changes }).get('README.md')!;

describe('renderReport', () => {
  const files = renderReport(run);

  it('has a page and a CSV for each table, all linked from the first page', () => {
    const pages = ['latency', 'memory', 'traffic', 'accuracy'];
    const expected = ['README.md', ...pages.flatMap((page) => [`${page}.md`, `${page}.csv`]), 'one-time.csv', 'end-to-end.csv'];
    expect([...files.keys()].sort()).toEqual(expected.sort());
    for (const name of files.keys()) if (name !== 'README.md') expect(files.get('README.md')).toContain(`(${name})`);
  });

  it('gives equal bytes for equal runs, in whatever order the records stand', () => {
    expect(renderReport(structuredClone(run))).toEqual(files);
    expect(renderReport({ ...run, records: records.toReversed() })).toEqual(files);
  });

  it('names machine, software and date on every page', () => {
    for (const [name, content] of files) {
      if (!name.endsWith('.md')) continue;
      for (const fact of ['Example 9000', '2 cores', '24.21.0', '0123456789ab', '2026-01-02']) expect(content).toContain(fact);
    }
  });

  it('counts launches and samples, and lists what was left out', () => {
    const page = files.get('README.md')!;
    expect(page).toContain('5 launches of 3 cases: 3 completed, 1 incorrect, 1 timeout');
    expect(page).toContain('n = 15 evaluations');
    expect(page).toContain('- ckks/dense-1024/auto/packed/library/t1: longer than the quick profile allows');
  });

  it('begins with the answer, in a block of code that no name can end', () => {
    const page = files.get('README.md')!;
    expect(page.indexOf('## Answer')).toBeLessThan(page.indexOf('| --- |'));
    const lines = answerLines(answersOf(records, runInformation().cases.leftOut));
    expect(page).toContain(['```text', ...lines, '```'].join('\n'));
    const hostile = renderReport({ ...run, records: [completedRecord({ workload: '```' })] }).get('README.md')!;
    expect(hostile).toContain('````text');
  });

  it('has no alarm for a quiet run', () => {
    expect(files.get('README.md')).not.toContain('Take care');
  });

  it.each([
    ['cut off', runInformation({ finishedAt: null })],
    ['differs from the commit', runInformation({ enigmark: { ...runInformation().enigmark, dirty: true } })],
    ['busy machine: load 1.5 on 2 cores before the run', runInformation({ load: { before: [1.5, 0, 0], after: null } })],
    ['10.0% more time after', runInformation({ calibration: { before_ns: [50e6], after_ns: [55e6] } })],
    ['10.0% less time after', runInformation({ calibration: { before_ns: [50e6], after_ns: [45e6] } })],
  ])('warns: %s', (words, information) => {
    expect(summary({ information })).toMatch(new RegExp(`## Take care\\n\\n.*${words}`));
  });

  it('still has its tables without run.json, and says what is unknown', () => {
    expect(summary({ information: null })).toContain('Machine, versions and date are unknown');
    expect(renderReport({ ...run, information: null }).get('latency.csv')).toBe(files.get('latency.csv'));
  });

  it('lists damaged records', () => {
    const warning = { code: 'RECORD_TORN', file: 'records.jsonl', line: 9, message: 'the last line is cut off' };
    expect(renderReport({ ...run, warnings: [warning] }).get('README.md')).toContain('records.jsonl line 9: RECORD\\_TORN: the last line');
  });

  it('is whole also for a run without records', () => {
    expect(renderReport({ ...run, records: [] }).size).toBe(files.size);
  });
});

describe('writeReport', () => {
  it('writes each file as rendered', () => {
    const root = mkdtempSync(join(tmpdir(), 'enigmark-report-'));
    const files = renderReport(run);
    writeReport(join(root, 'new', 'folder'), files);
    const read = readdirSync(join(root, 'new', 'folder')).map(
      (name) => [name, readFileSync(join(root, 'new', 'folder', name), 'utf8')] as const,
    );
    expect(new Map(read)).toEqual(files);
    rmSync(root, { recursive: true });
  });
});
