/** @module */
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { reportPages } from '../../reports/tables.ts';
import { runCommand } from '../command-line.fixture.ts';
import { readRun } from '../record/read-run.ts';

const COMMITTED = fileURLToPath(new URL('../../results/reference', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'enigmark-report-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A copy of the committed run with one more line. */
function runWith(name: string, line: string): string {
  const folder = join(root, name);
  cpSync(COMMITTED, folder, { recursive: true });
  appendFileSync(join(folder, 'records.jsonl'), line);
  return folder;
}

describe('report of a run that is not whole', () => {
  it('names a damaged line, renders the rest, and ends with 1', async () => {
    const folder = runWith('damaged', '{"schemaVersion":2,"id":}\n');
    const { code, stderr } = await runCommand('report', folder, '--format', 'csv');
    expect(code).toBe(1);
    // Whatever the committed run holds, the line stands behind it.
    const last = readFileSync(join(COMMITTED, 'records.jsonl'), 'utf8').trimEnd().split('\n').length + 1;
    expect(stderr).toContain(`damaged/records.jsonl line ${last}: the line is not JSON`);
    expect(readFileSync(join(folder, 'report', 'latency.csv'), 'utf8')).toContain('ckks/dense-784x10/auto/packed/own/t1,');
  });

  it('says that records are of a newer version, and skips them', async () => {
    const folder = runWith('newer', '{"schemaVersion":99}\n');
    const { code, stderr } = await runCommand('report', folder, '--format', 'csv');
    expect(code).toBe(0);
    expect(stderr).toMatch(/newer\/records\.jsonl: 1 record: .*newer/);
    expect(readFileSync(join(folder, 'report', 'latency.csv'), 'utf8')).toContain('ckks/dense-784x10/auto/packed/own/t1,');
  });
});

it('takes the name of every page that a run has for --tables', async () => {
  const run = fileURLToPath(new URL('../../results/client-aided', import.meta.url));
  const out = join(root, 'pages');
  const pages = reportPages(readRun(run).records).map(({ name }) => name);
  expect(pages).toContain('categories');
  const { code, stderr } = await runCommand('report', run, '--format', 'md', '--tables', pages.join(','), '--out', out);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(readdirSync(out).sort()).toEqual(pages.map((name) => `${name}.md`).sort());
});
