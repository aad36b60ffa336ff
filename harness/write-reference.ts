/**
 * Renders the committed runs again: their folders under `reports/`, and their tables in the documents.
 *
 * @module
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMITTED_RUNS, withTable } from '../reports/document-table.ts';
import { renderReport, writeReport } from '../reports/write.ts';
import { readRun } from './record/read-run.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

for (const committed of COMMITTED_RUNS) {
  const run = readRun(join(ROOT, 'results', committed.name));
  const rendered = join(ROOT, 'reports', committed.name);
  rmSync(rendered, { recursive: true, force: true });
  writeReport(rendered, renderReport(run));
  const document = join(ROOT, committed.document);
  writeFileSync(document, withTable(readFileSync(document, 'utf8'), committed, run));
}
