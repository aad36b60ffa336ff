/**
 * Renders the committed runs again: their folders under `reports/`, and their tables in the README.
 *
 * @module
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMITTED_RUNS, withTable } from '../reports/readme-table.ts';
import { renderReport, writeReport } from '../reports/write.ts';
import { readRun } from './record/read-run.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const README = join(ROOT, 'README.md');

for (const committed of COMMITTED_RUNS) {
  const run = readRun(join(ROOT, 'results', committed.name));
  const rendered = join(ROOT, 'reports', committed.name);
  rmSync(rendered, { recursive: true, force: true });
  writeReport(rendered, renderReport(run));
  writeFileSync(README, withTable(readFileSync(README, 'utf8'), committed, run));
}
