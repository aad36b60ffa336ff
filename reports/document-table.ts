/**
 * Tables in the project's documents: rows of a committed run, between two marks.
 *
 * @module
 */
import { categoriesTable } from './categories/categories.ts';
import { claimsTable, type Claims } from './categories/claims.ts';
import { renderMarkdown } from './formats/markdown.ts';
import type { ReportInput } from './report-input.ts';
import { machineLine } from './run-summary.ts';
import { summaryTable } from './summary.ts';
import { withColumns, type Table } from './table.ts';

/** A committed run, and the rows and columns of it that a document shows. */
export interface CommittedRun {
  /** Of its folders under `results/` and `reports/`, and in the marks. */
  readonly name: string;
  /** Path of the document in the repository. */
  readonly document: string;
  readonly workloads: readonly string[];
  /** Columns, and what they are; null: the whole main table. */
  readonly shown: { readonly columns: readonly string[]; readonly caption: string } | null;
}

const README_COLUMNS = {
  columns: ['workload', 'layout', 'scheme', 'n', 'server', 'overhead', 'client', 'evaluator', 'encrypted'],
  caption:
    'Times are medians [95% interval] over n batches. Server: what it does for one batch; client: encrypts and decrypts one. Overhead: server per image over the same network in plain float64 loops, the float row. Evaluator: memory of the server. Encrypted: accuracy of decrypted results.',
};

/** Path in the repository. */
export const CATEGORIES_DOCUMENT = 'docs/categories.md';
/** The committed run that has every category, with help from the client and without. */
export const CATEGORIES_RUN = 'client-aided';

export const COMMITTED_RUNS: readonly CommittedRun[] = [
  { name: 'reference', document: 'docs/reading-tables.md', workloads: ['dense-784x10'], shown: null },
  { name: 'networks', document: 'README.md', workloads: ['cnn-cryptonets', 'cnn-relu'], shown: README_COLUMNS },
  { name: CATEGORIES_RUN, document: CATEGORIES_DOCUMENT, workloads: ['cnn-relu'], shown: README_COLUMNS },
];

/** The document with a run's table made anew. @throws Error where the marks are missing. */
export function withTable(text: string, { name, workloads, shown }: CommittedRun, run: ReportInput): string {
  const records = run.records.filter(({ workload }) => workloads.includes(workload));
  const whole = summaryTable(records);
  const chosen: Table = shown === null ? whole : { ...withColumns(whole, shown.columns), caption: [shown.caption] };
  return writeBetween(text, `${name} table`, `${machineLine({ information: run.information, records })}\n\n${bodyOf(chosen)}`);
}

/**
 * `docs/categories.md` with its two tables made anew: what schemes claim, and what a run measured.
 *
 * @throws Error where the marks are missing, or the run has fewer than two categories
 */
export function withCategories(text: string, schemes: readonly Claims[], run: ReportInput): string {
  const measured = categoriesTable(run.records);
  if (measured === null) throw new Error('the committed run has fewer than two categories of schemes');
  const claims = writeBetween(text, 'claims', bodyOf(claimsTable(schemes)));
  return writeBetween(claims, 'categories', `${machineLine(run)}\n\n${bodyOf(measured)}`);
}

/** Without its title: the document has a heading. */
function bodyOf(table: Table): string {
  return renderMarkdown(table).replace(/^## .*\n\n/, '');
}

function writeBetween(text: string, name: string, content: string): string {
  const [beginMark, endMark] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [begin, end] = [text.indexOf(beginMark), text.indexOf(endMark)];
  if (begin < 0 || end < begin) throw new Error(`the document has no '${beginMark}' before '${endMark}'`);
  return `${text.slice(0, begin)}${beginMark}\n${content}${text.slice(end)}`;
}
