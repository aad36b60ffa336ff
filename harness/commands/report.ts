/**
 * `report`: renders recorded runs. A pure function of what was recorded: the same run gives the same bytes.
 *
 * @module
 */
import { basename, extname, join, relative } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import type { Link } from '../../reports/end-to-end/link.ts';
import { samplingWords } from '../../reports/sampling-words.ts';
import { renderProduct, type TableName } from '../../reports/terminal-product.ts';
import { warningLines, warningsOf } from '../../reports/warnings/warnings.ts';
import { renderReport, writeReport } from '../../reports/write.ts';
import { EnigmarkError } from '../../schemes/errors.ts';
import { RESULTS_FOLDER } from '../run/run-folder.ts';
import { printable } from '../record/printable.ts';
import { readRun, type StoredRun } from '../record/read-run.ts';
import { latestRunFolder } from '../record/store.ts';
import { terminalStyle } from '../terminal/style.ts';
import { LINK_OPTION, links, tableNames, TABLES_OPTION } from './bench-options.ts';
import { invocation } from './invocation.ts';
import { list, oneOf, single, usageError, valueOption, type Given } from './usage.ts';

const FORMATS = ['md', 'csv', 'terminal'] as const;
type Format = (typeof FORMATS)[number];
const FILES: readonly Format[] = ['md', 'csv'];

interface GivenReportOptions {
  readonly runs?: readonly string[] | undefined;
  readonly format?: Given;
  readonly tables?: Given;
  readonly link?: Given;
  readonly out?: Given;
}

export const report: CommandModule<object, GivenReportOptions> = {
  command: 'report [runs..]',
  describe: 'Write the tables of recorded runs as Markdown and CSV, or print them again',
  builder: (yargs: Argv): Argv<GivenReportOptions> =>
    yargs
      .usage(
        `${invocation('report', '[folders of runs] [options]')}\n\nWrites the tables of recorded runs. Without a folder: the latest run.`,
      )
      .positional('runs', { type: 'string', array: true, describe: 'Folders of runs [default: the latest]' })
      .option('format', valueOption('md, csv: files; terminal: printed as at the end of the run [default: md,csv]'))
      .option('tables', valueOption(TABLES_OPTION))
      .option('link', valueOption(LINK_OPTION))
      .option('out', valueOption("Folder of the report [default: report/ in the run's folder]"))
      .example(invocation('report'), 'the latest run')
      .example(invocation('report', 'results/reference --format terminal --tables all'), 'printed')
      .example(invocation('report', 'results/reference --out reports/reference'), 'the committed rendering'),
  handler(given) {
    const formats = list('--format', given.format)?.map((name) => oneOf<Format>('--format', name, FORMATS)) ?? FILES;
    const tables = tableNames(given.tables);
    if (given.tables !== undefined && !formats.includes('terminal'))
      throw usageError('--tables beside --format terminal', '--tables alone', 'files have every table');
    const out = single('--out', given.out);
    const runs = given.runs === undefined || given.runs.length === 0 ? [latestRun()] : given.runs;
    if (out !== null && runs.length > 1) throw usageError('one run where --out is given', `${runs.length}`, 'report each run by itself');
    for (const run of runs) reportRun(run, { formats, tables, links: links(given.link), out: out ?? join(run, 'report') });
  },
};

function latestRun(): string {
  const folder = latestRunFolder(RESULTS_FOLDER);
  if (folder !== null) return folder;
  throw new EnigmarkError('RUN_FOLDER_MISSING', {
    expected: `a run in ${RESULTS_FOLDER}/`,
    got: 'none',
    remedy: `name the folder of a run, or make one with \`${invocation('bench')}\``,
  });
}

interface ReportRequest {
  readonly formats: readonly Format[];
  readonly tables: readonly TableName[];
  readonly links: readonly Link[];
  /** Folder of the files. */
  readonly out: string;
}

function reportRun(run: string, { formats, tables, links, out }: ReportRequest): void {
  const stored = readRun(run);
  for (const { file, line, message } of stored.warnings) {
    process.stderr.write(`${printable(`warning: ${basename(run)}/${file}${line === null ? '' : ` line ${line}`}: ${message}`)}\n`);
  }
  if (formats.includes('terminal')) printRun(stored, tables, links);
  const files = [...renderReport(stored, links)].filter(([name]) => formats.some((format) => extname(name) === `.${format}`));
  if (files.length === 0) return;
  writeInto(out, new Map(files));
  process.stdout.write(files.map(([name]) => `${relative(process.cwd(), join(out, name))}\n`).join(''));
}

/** As at the end of the run, warnings included. */
function printRun({ records, information }: StoredRun, tables: readonly TableName[], links: readonly Link[]): void {
  const leftOut = information?.cases.leftOut ?? [];
  const product = { records, leftOut, tables, links, sampling: samplingWords(records, information) };
  process.stdout.write(renderProduct(product, terminalStyle(process.stdout)));
  for (const line of warningLines(warningsOf(records, information))) process.stderr.write(`${printable(`warning: ${line}`)}\n`);
}

function writeInto(out: string, files: ReadonlyMap<string, string>): void {
  try {
    writeReport(out, files);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new EnigmarkError('REPORT_UNWRITABLE', {
      expected: 'a folder that can be written',
      got: `${out} (${String(error.code)})`,
      remedy: 'choose another --out or change its permissions',
      cause: error,
    });
  }
}
