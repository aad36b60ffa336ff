/**
 * `report`: renders recorded runs. A pure function of what was recorded: the same run gives the same bytes.
 *
 * @module
 */
import { basename, extname, join, relative } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { renderReport, writeReport } from '../../reports/write.ts';
import { EnigmarkError } from '../../schemes/errors.ts';
import { RESULTS_FOLDER } from '../run/run-folder.ts';
import { printable } from '../record/printable.ts';
import { readRun } from '../record/read-run.ts';
import { latestRunFolder } from '../record/store.ts';
import { list, oneOf, single, usageError, valueOption, type Given } from './usage.ts';

const FORMATS = ['md', 'csv'] as const;

interface GivenReportOptions {
  readonly runs?: readonly string[] | undefined;
  readonly format?: Given;
  readonly out?: Given;
}

export const report: CommandModule<object, GivenReportOptions> = {
  command: 'report [runs..]',
  describe: 'Write the tables of recorded runs as Markdown and CSV',
  builder: (yargs: Argv): Argv<GivenReportOptions> =>
    yargs
      .usage('npm run report -- [folders of runs] [options]\n\nWrites the tables of recorded runs. Without a folder: the latest run.')
      .positional('runs', { type: 'string', array: true, describe: 'Folders of runs [default: the latest]' })
      .option('format', valueOption('md, csv [default: both]'))
      .option('out', valueOption("Folder of the report [default: report/ in the run's folder]"))
      .example('npm run report', 'the latest run')
      .example('npm run report -- results/reference --out reports/reference', 'the committed rendering'),
  handler(given) {
    const formats = list('--format', given.format)?.map((name) => oneOf('--format', name, FORMATS)) ?? FORMATS;
    const out = single('--out', given.out);
    const runs = given.runs === undefined || given.runs.length === 0 ? [latestRun()] : given.runs;
    if (out !== null && runs.length > 1) throw usageError('one run where --out is given', `${runs.length}`, 'report each run by itself');
    for (const run of runs) reportRun(run, formats, out ?? join(run, 'report'));
  },
};

function latestRun(): string {
  const folder = latestRunFolder(RESULTS_FOLDER);
  if (folder !== null) return folder;
  throw new EnigmarkError('RUN_FOLDER_MISSING', {
    expected: `a run in ${RESULTS_FOLDER}/`,
    got: 'none',
    remedy: 'name the folder of a run, or make one with `npm run bench`',
  });
}

function reportRun(run: string, formats: readonly string[], out: string): void {
  const stored = readRun(run);
  for (const { file, line, message } of stored.warnings) {
    process.stderr.write(`${printable(`warning: ${basename(run)}/${file}${line === null ? '' : ` line ${line}`}: ${message}`)}\n`);
  }
  const files = [...renderReport(stored)].filter(([name]) => formats.includes(extname(name).slice(1)));
  writeInto(out, new Map(files));
  process.stdout.write(files.map(([name]) => `${relative(process.cwd(), join(out, name))}\n`).join(''));
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
