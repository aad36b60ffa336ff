/**
 * Tables in the project's documents: rows of a committed run, between two marks.
 *
 * @module
 */
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

export const COMMITTED_RUNS: readonly CommittedRun[] = [
  { name: 'reference', document: 'docs/reading-tables.md', workloads: ['dense-784x10'], shown: null },
  { name: 'networks', document: 'README.md', workloads: ['cnn-cryptonets', 'cnn-relu'], shown: README_COLUMNS },
];

/** The document with a run's table made anew. @throws Error where the marks are missing. */
export function withTable(text: string, { name, document, workloads, shown }: CommittedRun, run: ReportInput): string {
  const [beginMark, endMark] = [`<!-- ${name} table: begin -->`, `<!-- ${name} table: end -->`];
  const [begin, end] = [text.indexOf(beginMark), text.indexOf(endMark)];
  if (begin < 0 || end < begin) throw new Error(`${document} has no '${beginMark}' before '${endMark}'`);
  const records = run.records.filter(({ workload }) => workloads.includes(workload));
  const whole = summaryTable(records);
  const chosen: Table = shown === null ? whole : { ...withColumns(whole, shown.columns), caption: [shown.caption] };
  const table = renderMarkdown(chosen).replace(/^## .*\n\n/, '');
  return `${text.slice(0, begin)}${beginMark}\n${machineLine({ information: run.information, records })}\n\n${table}${text.slice(end)}`;
}
