/**
 * `report`: renders recorded runs. A pure function of what was recorded: the same run gives the same bytes.
 *
 * @module
 */
import { basename, join } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import type { Chosen } from '../../reports/choose-tables.ts';
import type { Link } from '../../reports/end-to-end/link.ts';
import { samplingWords } from '../../reports/sampling-words.ts';
import { renderProduct, TABLE_NAMES } from '../../reports/terminal-product.ts';
import { warningLines, warningsOf } from '../../reports/warnings/warnings.ts';
import { renderReport, TEXT_FORMATS, writeReport } from '../../reports/write.ts';
import { EnigmarkError } from '../../schemes/errors.ts';
import { isDamaged, readRun, type StoredRun } from '../record/read-run.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { terminalStyle } from '../terminal/style.ts';
import { LINK_OPTION, links } from './options/connection-options.ts';
import { invocation } from './invocation.ts';
import { latestRun } from './latest-run.ts';
import { shownPath } from '../terminal/shown-path.ts';
import { list, oneOf, single, usageError, valueOption, type Given } from './usage.ts';
import { warn, warnOfDamage } from '../terminal/warn.ts';

const FORMATS = [...TEXT_FORMATS, 'html', 'terminal'] as const;
type Format = (typeof FORMATS)[number];
const TABLES = ['summary', ...TABLE_NAMES, 'literature'] as const;
const USUAL: readonly Format[] = ['md', 'csv'];

interface GivenReportOptions {
  readonly runs?: readonly string[] | undefined;
  readonly format?: Given;
  readonly tables?: Given;
  readonly columns?: Given;
  readonly link?: Given;
  readonly out?: Given;
}

export const reportOptions = {
  format: valueOption(
    'md, csv, tex (booktabs), json, html (one page, with pictures): files; github-action-benchmark, bencher, fhe-benchmarking: for those; terminal: printed as at the end of the run [default: md,csv]',
  ),
  tables: valueOption(`Tables in files, or printed beside the answer and the main one: ${TABLES.join(', ')} [default: all; printed: none]`),
  columns: valueOption('Columns of the files, by their ids: scheme,server,overhead [default: all]'),
  link: valueOption(LINK_OPTION),
  out: valueOption("Folder of the report [default: report/ in the run's folder]"),
};

export const report: CommandModule<object, GivenReportOptions> = {
  command: 'report [runs..]',
  describe: 'Write the tables of recorded runs as files of many formats, or print them again',
  builder: (yargs: Argv): Argv<GivenReportOptions> =>
    yargs
      .usage(
        `${invocation('report', '[folders of runs] [options]')}\n\nWrites the tables of recorded runs. Without a folder: the latest run.`,
      )
      .positional('runs', { type: 'string', array: true, describe: 'Folders of runs [default: the latest]' })
      .options(reportOptions)
      .example(invocation('report'), 'the latest run')
      .example(invocation('report', 'results/reference --format terminal --tables all'), 'printed')
      .example(invocation('report', 'results/reference --out reports/reference'), 'the committed rendering')
      .example(invocation('report', '--format tex --tables latency --columns scheme,server,overhead'), 'a table for a paper')
      .epilogue('Exit code 1 where a record or run.json is damaged: it is named, and the rest is rendered.'),
  async handler(given) {
    const formats = list('--format', given.format)?.map((name) => oneOf<Format>('--format', name, FORMATS)) ?? USUAL;
    const columns = list('--columns', given.columns);
    if (columns !== null && formats.every((format) => format === 'terminal'))
      throw usageError('--columns beside a format of files', formats.join(','), 'leave it out');
    const tables = list('--tables', given.tables)?.map((name) => oneOf('--tables', name, TABLES)) ?? null;
    const out = single('--out', given.out);
    const runs = given.runs === undefined || given.runs.length === 0 ? [latestRun()] : given.runs;
    if (out !== null && runs.length > 1) throw usageError('one run where --out is given', `${runs.length}`, 'report each run by itself');
    const reported = links(given.link);
    for (const run of runs) {
      const stored = readRun(run);
      warnOfDamage(basename(run), stored.warnings);
      if (formats.includes('terminal')) printRun(stored, tables ?? [], reported);
      const chosen = tables?.includes('all') === true ? null : tables;
      await writeFiles(stored, formats, { tables: chosen, columns, links: reported }, out ?? join(run, 'report'));
      if (isDamaged(stored)) process.exitCode = EXIT.caseFailed;
    }
  },
};

async function writeFiles(stored: StoredRun, formats: readonly Format[], chosen: Chosen, out: string): Promise<void> {
  const files = new Map(renderReport(stored, { formats: TEXT_FORMATS.filter((format) => formats.includes(format)), ...chosen }));
  if (formats.includes('html')) {
    // What draws takes half a second to load.
    const { renderHtml } = await import('../../reports/page/render.ts');
    for (const [name, content] of await renderHtml(stored, chosen)) files.set(name, content);
  }
  if (files.size === 0) return;
  writeInto(out, files);
  process.stdout.write([...files.keys()].map((name) => `${shownPath(join(out, name))}\n`).join(''));
}

/** As at the end of the run, warnings included. */
function printRun({ records, information }: StoredRun, tables: readonly string[], links: readonly Link[]): void {
  const leftOut = information?.cases.leftOut ?? [];
  const product = { records, leftOut, tables, links, sampling: samplingWords(records, information) };
  process.stdout.write(renderProduct(product, terminalStyle(process.stdout)));
  for (const line of warningLines(warningsOf(records, information))) warn(line);
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
