/**
 * The table in the project's README: the classifier's rows of the reference run, between two marks.
 *
 * @module
 */
import { renderMarkdown } from './markdown.ts';
import { machineLine, type ReportInput } from './run-summary.ts';
import { summaryTable } from './summary.ts';

const BEGIN = '<!-- reference table: begin -->';
const END = '<!-- reference table: end -->';

/** Workload of the rows that the README shows. */
const WORKLOAD = 'dense-784x10';

/** The README with its table made anew from a run. @throws Error where the marks are missing. */
export function withReferenceTable(readme: string, run: ReportInput): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md has no '${BEGIN}' before '${END}'`);
  const records = run.records.filter(({ workload }) => workload === WORKLOAD);
  const table = renderMarkdown(summaryTable(records)).replace(/^## .*\n\n/, '');
  return `${readme.slice(0, begin)}${BEGIN}\n${machineLine(run.information)}\n\n${table}${readme.slice(end)}`;
}
