/**
 * Renders the committed reference run again: `reports/reference/`, and the table in the README.
 *
 * @module
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withReferenceTable } from '../reports/readme-table.ts';
import { renderReport, writeReport } from '../reports/write.ts';
import { readRun } from './store.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const README = join(ROOT, 'README.md');
const RENDERED = join(ROOT, 'reports', 'reference');

const run = readRun(join(ROOT, 'results', 'reference'));
rmSync(RENDERED, { recursive: true, force: true });
writeReport(RENDERED, renderReport(run));
writeFileSync(README, withReferenceTable(readFileSync(README, 'utf8'), run));
