/**
 * `compare`: what became faster, slower or dearer from one run to another.
 *
 * @module
 */
import { basename } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { compareRuns, regressions, type Gate } from '../../reports/compare/comparison.ts';
import { comparisonTables } from '../../reports/compare/tables.ts';
import { renderJson } from '../../reports/formats/json.ts';
import { escape, renderMarkdown } from '../../reports/formats/markdown.ts';
import { renderTerminal } from '../../reports/formats/terminal.ts';
import { machineLine } from '../../reports/run-summary.ts';
import type { Table } from '../../reports/table.ts';
import { printable } from '../record/printable.ts';
import { isDamaged, readRun, type StoredRun } from '../record/read-run.ts';
import { baselineFolder, saveBaseline } from '../run/saved-baseline.ts';
import { RESULTS_FOLDER } from '../run/run-folder.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { terminalStyle } from '../terminal/style.ts';
import { invocation } from './invocation.ts';
import { latestRun } from './latest-run.ts';
import { oneOf, single, usageError, valueOption, type Given } from './usage.ts';
import { warnOfDamage } from '../terminal/warn.ts';

const FORMATS = ['terminal', 'md', 'json'] as const;
const GATES = ['costs', 'times'] as const;

interface GivenCompareOptions {
  readonly runs?: readonly string[] | undefined;
  readonly baseline?: Given;
  readonly 'save-baseline'?: Given;
  readonly threshold?: Given;
  readonly gate?: Given;
  readonly format?: Given;
}

export const compareOptions = {
  baseline: valueOption('Compare with the baseline of that name, in place of BASE'),
  'save-baseline': valueOption('Keep a run under that name; nothing is compared'),
  threshold: valueOption('Growth that passes: 5% [default: 0%]'),
  gate: valueOption('What decides the exit code: costs, which a plan fixes, or times beside them [default: costs]'),
  format: valueOption('terminal, md or json, on stdout [default: terminal]'),
};

export const compare: CommandModule<object, GivenCompareOptions> = {
  command: 'compare [runs..]',
  describe: 'Compare two runs, case by case, or keep one as a baseline',
  builder: (yargs: Argv): Argv<GivenCompareOptions> =>
    yargs
      .usage(
        `${invocation('compare', 'BASE NEW [options]')}\n\nSays what became faster, slower or dearer. Without NEW beside --baseline, or RUN beside --save-baseline: the latest run.`,
      )
      .positional('runs', { type: 'string', array: true, describe: 'Folders of runs: the base, then the new one' })
      .options(compareOptions)
      .example(invocation('compare', 'results/before results/after'), 'two runs')
      .example(invocation('compare', '--save-baseline main'), 'keep the latest run')
      .example(invocation('compare', '--baseline main --threshold 5%'), 'for a pipeline')
      .epilogue('Exit code 3 where a cost grew over the threshold or a case broke; 1 where a record is damaged.'),
  handler(given) {
    const kept = single('--save-baseline', given['save-baseline']);
    const named = single('--baseline', given.baseline);
    const runs = given.runs ?? [];
    if (kept !== null) {
      if (named !== null || runs.length > 1) throw usageError('one run beside --save-baseline', 'more', 'compare in a second command');
      keep(runs[0] ?? latestRun(), kept);
      return;
    }
    if (runs.length !== (named === null ? 2 : 1) && !(named !== null && runs.length === 0)) {
      throw usageError(named === null ? 'two runs' : 'at most one run beside --baseline', `${runs.length}`, 'see --help');
    }
    const base = named === null ? runs[0]! : baselineFolder(RESULTS_FOLDER, named);
    const next = (named === null ? runs[1] : runs[0]) ?? latestRun();
    const gate = {
      threshold: threshold(single('--threshold', given.threshold)),
      on: oneOf('--gate', single('--gate', given.gate) ?? 'costs', GATES),
    };
    const format = oneOf('--format', single('--format', given.format) ?? 'terminal', FORMATS);
    process.exitCode = compareFolders(base, next, gate, format);
  },
};

function keep(run: string, name: string): void {
  // What cannot be read is no baseline.
  readRun(run);
  const folder = baselineFolder(RESULTS_FOLDER, name);
  saveBaseline(run, folder);
  process.stdout.write(`${folder}\n`);
}

/** `5%` or `0.05` to a share. */
function threshold(words: string | null): number {
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(words ?? '0') ?? [];
  if (number !== undefined) return Number(number) / (percent === '%' ? 100 : 1);
  throw usageError('a share such as 5% for --threshold', `'${words ?? ''}'`, 'see --help');
}

/** Returns the exit code. */
function compareFolders(base: string, next: string, gate: Gate, format: (typeof FORMATS)[number]): number {
  const runs = [base, next].map((folder) => ({ folder, stored: readRun(folder) }));
  for (const { folder, stored } of runs) warnOfDamage(basename(folder), stored.warnings);
  const [before, after] = [runs[0]!.stored, runs[1]!.stored];
  const compared = compareRuns(before, after);
  process.stdout.write(rendered(comparisonTables(compared), before, after, format));
  const worse = regressions(compared, gate);
  for (const line of worse) process.stderr.write(`${printable(`regression: ${line}`)}\n`);
  if (worse.length > 0) return EXIT.regression;
  return runs.some(({ stored }) => isDamaged(stored)) ? EXIT.caseFailed : EXIT.fine;
}

function rendered(tables: readonly Table[], base: StoredRun, next: StoredRun, format: (typeof FORMATS)[number]): string {
  const machine = `Base: ${machineLine(base)} New: ${machineLine(next)}`;
  switch (format) {
    case 'json': {
      const names = ['times', 'costs'];
      return renderJson({ citation: '', machine, tables: tables.map((table, at) => ({ name: names[at]!, table })) });
    }
    case 'md':
      return [escape(machine), '', ...tables.map(renderMarkdown)].join('\n');
    case 'terminal':
      return [`${printable(machine)}\n`, ...tables.map((table) => renderTerminal(table, terminalStyle(process.stdout)))].join('\n');
  }
}
