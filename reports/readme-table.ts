/**
 * Tables in the project's README: rows of a committed run, between two marks.
 *
 * @module
 */
import { renderMarkdown } from './formats/markdown.ts';
import type { ReportInput } from './report-input.ts';
import { machineLine } from './run-summary.ts';
import { summaryTable } from './summary.ts';

/** A committed run, and the workloads whose rows the README shows. */
export interface CommittedRun {
  /** Of its folders under `results/` and `reports/`, and in the marks. */
  readonly name: string;
  readonly workloads: readonly string[];
}

export const COMMITTED_RUNS: readonly CommittedRun[] = [
  { name: 'reference', workloads: ['dense-784x10'] },
  { name: 'networks', workloads: ['cnn-cryptonets', 'cnn-relu'] },
];

/** The README with a run's table made anew. @throws Error where the marks are missing. */
export function withTable(readme: string, { name, workloads }: CommittedRun, run: ReportInput): string {
  const [beginMark, endMark] = [`<!-- ${name} table: begin -->`, `<!-- ${name} table: end -->`];
  const [begin, end] = [readme.indexOf(beginMark), readme.indexOf(endMark)];
  if (begin < 0 || end < begin) throw new Error(`README.md has no '${beginMark}' before '${endMark}'`);
  const records = run.records.filter(({ workload }) => workloads.includes(workload));
  const table = renderMarkdown(summaryTable(records)).replace(/^## .*\n\n/, '');
  return `${readme.slice(0, begin)}${beginMark}\n${machineLine({ information: run.information, records })}\n\n${table}${readme.slice(end)}`;
}
