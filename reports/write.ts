/**
 * The report of a run: a pure function of its records, run.json and the connections asked about, so that equal runs give equal bytes.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../harness/record/make-folders.ts';
import { renderCsv } from './csv.ts';
import { type Link, LINKS } from './end-to-end/link.ts';
import { escape, renderMarkdown } from './markdown.ts';
import { machineLine, runSummary } from './run-summary.ts';
import type { ReportInput } from './run-summary.ts';
import { summaryTable } from './summary.ts';
import { reportPages } from './tables.ts';

export type { ReportInput } from './run-summary.ts';

/** Text by file name; end-to-end times are over `links`. */
export function renderReport(run: ReportInput, links: readonly Link[] = LINKS): ReadonlyMap<string, string> {
  const pages = reportPages(run.records, links);
  const summary = summaryTable(run.records);
  const files = new Map([
    ['README.md', summary.rows.length === 0 ? runSummary(run, pages) : `${runSummary(run, pages)}\n${renderMarkdown(summary)}`],
  ]);
  for (const { name, title, tables } of pages) {
    const head = `# ${title}\n\n${escape(machineLine(run))}\n`;
    files.set(`${name}.md`, [head, ...tables.map(({ table }) => renderMarkdown(table))].join('\n'));
    for (const { csv, table } of tables) files.set(`${csv}.csv`, renderCsv(table));
  }
  return files;
}

/** Writes the files of a report into a folder, made where it is missing. Errors of the file system pass through. */
export function writeReport(folder: string, files: ReadonlyMap<string, string>): void {
  makeFolders(folder);
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
}
