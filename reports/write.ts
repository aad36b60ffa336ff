/**
 * The report of a run: a pure function of its records, of run.json and of what is asked for, so that equal runs give equal bytes.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../harness/record/make-folders.ts';
import { chooseTables, type Chosen } from './choose-tables.ts';
import { citation } from './citation.ts';
import { renderBencher } from './exports/bencher.ts';
import { fheBenchmarkingFiles } from './exports/fhe-benchmarking.ts';
import { renderGithubActionBenchmark } from './exports/github-action-benchmark.ts';
import { renderCsv } from './formats/csv.ts';
import { renderJson } from './formats/json.ts';
import { latexDocument, renderLatex } from './formats/latex.ts';
import { escape, renderMarkdown } from './formats/markdown.ts';
import { literatureTable } from './literature/literature.ts';
import { machineLine, machineOf, runSummary } from './run-summary.ts';
import type { ReportInput } from './report-input.ts';
import { summaryTable } from './summary.ts';
import { reportPages, summaryPage, type Page } from './tables.ts';

/** Formats of tables as files, and what other services read. */
export const TEXT_FORMATS = ['md', 'csv', 'tex', 'json', 'github-action-benchmark', 'bencher', 'fhe-benchmarking'] as const;
export type TextFormat = (typeof TEXT_FORMATS)[number];

export interface ReportRequest extends Chosen {
  readonly formats: readonly TextFormat[];
}

/** All tables, to read and to compute with. */
const USUAL: ReportRequest = { formats: ['md', 'csv'], tables: null, columns: null };

/**
 * Text by file name. Where tables are chosen, those alone; otherwise also the first page, README.md, which has the main table.
 *
 * @throws EnigmarkError TABLE_MISSING, COLUMN_MISSING
 */
export function renderReport(run: ReportInput, request: ReportRequest = USUAL): ReadonlyMap<string, string> {
  const pages = chosenPages(run, request);
  const isWhole = request.tables === null && request.columns === null;
  // The first page has the main table already.
  const files = isWhole ? pages.filter(({ name }) => name !== 'summary') : pages;
  const rendered: Readonly<Record<TextFormat, () => readonly (readonly [string, string])[]>> = {
    md: () => [...(isWhole ? [['README.md', firstPage(run, files)] as const] : []), ...files.map((page) => markdownPage(run, page))],
    csv: () => tablesOf(files).map(({ csv, table }) => [`${csv}.csv`, renderCsv(table)]),
    tex: () => latexFiles(run, pages),
    json: () => [['report.json', jsonFile(run, pages)]],
    'github-action-benchmark': () => [['github-action-benchmark.json', renderGithubActionBenchmark(run.records)]],
    bencher: () => [['bencher.json', renderBencher(run.records)]],
    'fhe-benchmarking': () => fheBenchmarkingFiles(run.records),
  };
  return new Map(request.formats.flatMap((format) => rendered[format]()));
}

/** The main table before all others. */
export function chosenPages(run: ReportInput, chosen: Chosen): readonly Page[] {
  const { records, information } = run;
  const pages = [...summaryPage(records), ...reportPages(records, chosen.links), ...literaturePage(records, information)];
  return chooseTables(pages, chosen);
}

/** None where nothing was published of the run's networks. */
function literaturePage(records: ReportInput['records'], information: ReportInput['information']): readonly Page[] {
  const table = literatureTable(records, information === null ? 'unknown' : machineOf(information));
  return table === null ? [] : [{ name: 'literature', title: 'Beside the literature', tables: [{ csv: 'literature', table }] }];
}

function firstPage(run: ReportInput, pages: readonly Page[]): string {
  const summary = summaryTable(run.records);
  return summary.rows.length === 0 ? runSummary(run, pages) : `${runSummary(run, pages)}\n${renderMarkdown(summary)}`;
}

function markdownPage(run: ReportInput, { name, title, tables }: Page): readonly [string, string] {
  const head = `# ${title}\n\n${escape(machineLine(run))}\n`;
  return [`${name}.md`, [head, ...tables.map(({ table }) => renderMarkdown(table))].join('\n')];
}

function latexFiles(run: ReportInput, pages: readonly Page[]): readonly (readonly [string, string])[] {
  const filled = tablesOf(pages).filter(({ table }) => table.rows.length > 0);
  const names = filled.map(({ csv }) => csv);
  return [
    ...filled.map(({ csv, table }) => [`${csv}.tex`, renderLatex(table, csv, machineLine(run))] as const),
    ['report.tex', latexDocument(names, citation(run))],
  ];
}

function jsonFile(run: ReportInput, pages: readonly Page[]): string {
  const tables = tablesOf(pages).map(({ csv: name, table }) => ({ name, table }));
  return renderJson({ citation: citation(run), machine: machineLine(run), tables });
}

function tablesOf(pages: readonly Page[]): Page['tables'] {
  return pages.flatMap(({ tables }) => tables);
}

/** Writes the files of a report into a folder, made where it is missing. Errors of the file system pass through. */
export function writeReport(folder: string, files: ReadonlyMap<string, string>): void {
  makeFolders(folder);
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
}
