/**
 * The committed reference run, its rendering and the README's table belong together.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withReferenceTable } from '../reports/readme-table.ts';
import { renderReport } from '../reports/write.ts';
import { readRun } from './store.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const RENDERED = join(ROOT, 'reports', 'reference');
const textOf = (path: string): string => readFileSync(path, 'utf8');

describe('the reference run', () => {
  const run = readRun(join(ROOT, 'results', 'reference'));

  it('is whole', () => {
    expect(run.warnings).toEqual([]);
    expect(run.records.length).toBeGreaterThan(20);
    expect(new Set(run.records.map(({ state }) => state))).not.toContain('failed');
    expect(new Set(run.records.map(({ state }) => state))).not.toContain('incorrect');
  });

  it('renders to the committed files, byte for byte', () => {
    const rendered = renderReport(run);
    expect([...rendered.keys()].sort()).toEqual(readdirSync(RENDERED).sort());
    for (const [name, content] of rendered) expect(textOf(join(RENDERED, name)), name).toBe(content);
  });

  it('gives the table in the README', () => {
    const readme = textOf(join(ROOT, 'README.md'));
    expect(withReferenceTable(readme, run)).toBe(readme);
  });
});
