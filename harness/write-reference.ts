/**
 * Renders the committed runs again: their folders under `reports/`, and their tables in the documents.
 *
 * @module
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CATEGORIES_DOCUMENT, CATEGORIES_RUN, COMMITTED_RUNS, withCategories, withTable } from '../reports/document-table.ts';
import { loadScheme, schemeIds } from '../schemes/registry.ts';
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

const categories = join(ROOT, CATEGORIES_DOCUMENT);
const schemes = await Promise.all(schemeIds.map(loadScheme));
writeFileSync(categories, withCategories(readFileSync(categories, 'utf8'), schemes, readRun(join(ROOT, 'results', CATEGORIES_RUN))));
