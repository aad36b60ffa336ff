/**
 * The committed runs, their rendering and their tables in the documents belong together.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CATEGORIES_DOCUMENT, CATEGORIES_RUN, COMMITTED_RUNS, withCategories, withTable } from '../reports/document-table.ts';
import { renderReport } from '../reports/write.ts';
import { loadScheme, schemeIds } from '../schemes/registry.ts';
import { readRun } from './record/read-run.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const textOf = (path: string): string => readFileSync(path, 'utf8');

describe.each(COMMITTED_RUNS)('the committed run $name', (committed) => {
  const rendering = join(ROOT, 'reports', committed.name);
  const run = readRun(join(ROOT, 'results', committed.name));

  it('is whole', () => {
    expect(run.warnings).toEqual([]);
    expect(run.records.length).toBeGreaterThan(10);
    expect(new Set(run.records.map(({ state }) => state))).not.toContain('failed');
    expect(new Set(run.records.map(({ state }) => state))).not.toContain('incorrect');
  });

  it('renders to the committed files, byte for byte', () => {
    const rendered = renderReport(run);
    expect([...rendered.keys()].sort()).toEqual(readdirSync(rendering).sort());
    for (const [name, content] of rendered) expect(textOf(join(rendering, name)), name).toBe(content);
  });

  it('gives the table in its document', () => {
    const text = textOf(join(ROOT, committed.document));
    expect(withTable(text, committed, run)).toBe(text);
  });
});

it('gives the tables of categories, with what the schemes claim today', async () => {
  const document = textOf(join(ROOT, CATEGORIES_DOCUMENT));
  const schemes = await Promise.all(schemeIds.map(loadScheme));
  expect(withCategories(document, schemes, readRun(join(ROOT, 'results', CATEGORIES_RUN)))).toBe(document);
});
