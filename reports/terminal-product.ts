/**
 * What a run prints on a terminal: the answer and the main table last, before them the tables that were asked for.
 *
 * @module
 */
import { printable } from '../harness/record/printable.ts';
import type { LaunchRecord } from '../harness/record/record.ts';
import { answersOf, isAnswered } from './answer/answer.ts';
import { foldedLines } from './answer/folded-lines.ts';
import { answerLines } from './answer/lines.ts';
import type { LeftOut } from './answer/not-shown.ts';
import { isOracle, poolCases } from './case.ts';
import { caseName } from './answer/candidate.ts';
import { accuracyTable } from './accuracy.ts';
import type { Link } from './end-to-end/link.ts';
import { primitivesTables } from './primitives.ts';
import { summaryTable } from './summary.ts';
import type { Table } from './table.ts';
import { trainingTable } from './training.ts';
import { DETAIL_PAGES, reportPages } from './tables.ts';
import { renderTerminal, type TerminalOptions } from './formats/terminal.ts';
import { wrap } from './formats/text-lines.ts';

/** Of detail tables, as `--tables` has them. */
export const TABLE_NAMES = [...DETAIL_PAGES, 'all'] as const;
export type TableName = (typeof TABLE_NAMES)[number];
/** Ids in a line; the report has all. */
const MOST_LEFT_OUT = 3;

export interface TerminalProduct {
  readonly records: readonly LaunchRecord[];
  readonly leftOut: readonly LeftOut[];
  /** Names of tables beside the main one. */
  readonly tables: readonly string[];
  /** Connections that end-to-end times are computed for; default: the usual. */
  readonly links?: readonly Link[];
  /** How often the run measured: `samplingWords`. */
  readonly sampling: string;
}

/** Empty where nothing was recorded or left out. */
export function renderProduct({ records, leftOut, tables, links, sampling }: TerminalProduct, style: TerminalOptions): string {
  const unsupported = unsupportedLines(records);
  const main = mainTable(records);
  const answers = answersOf(records, leftOut);
  const isAsked = (name: string): boolean => tables.includes('all') || tables.some((asked) => asked === name);
  const details = reportPages(records, links)
    .filter(({ name }) => isAsked(name))
    .flatMap((page) => page.tables.map(({ table, brief }) => brief ?? table))
    // It is printed as the main one.
    .filter(({ title }) => title !== main?.title);
  const lines = answerLines(answers, style.width);
  const blocks = [
    ...details.map((table) => renderTerminal(withoutUnsupported(table, records), style)),
    section(
      'Left out',
      foldedLines(
        leftOut.filter((one) => !isAnswered(one, answers)),
        MOST_LEFT_OUT,
      ),
      style.width,
    ),
    section('Answer', lines, null),
    main === null ? '' : renderTerminal(withoutUnsupported(main, records), style),
    section('Unsupported', unsupported, style.width),
    records.length === 0
      ? ''
      : wrap(printable(`${sampling} ${pointer(records)}`), style.width, '')
          .concat('')
          .join('\n'),
  ];
  return blocks.filter((block) => block !== '').join('\n');
}

/** What stands last: the main table of networks; without any, single operations, or whether the oracle is right. */
function mainTable(records: readonly LaunchRecord[]): Table | null {
  if (records.length === 0) return null;
  const summary = summaryTable(records);
  if (summary.rows.length > 0) return summary;
  const primitives = primitivesTables(records);
  if (primitives !== null) return primitives.ends;
  const trainings = trainingTable(records);
  return trainings.rows.length > 0 ? trainings : accuracyTable(records);
}

/** Cases by state, and where the rest is. */
function pointer(records: readonly LaunchRecord[]): string {
  const states = Map.groupBy(poolCases(records), ({ state }) => state);
  const counts = [...states].map(([state, cases]) => `${cases.length} ${state}`);
  const said = counts.length === 0 ? '' : `Cases: ${counts.join(', ')}. `;
  return `${said}More tables: --tables ${TABLE_NAMES.join(',').replace(',all', '|all')} (printed again by: npm run report -- RUN --format terminal).`;
}

/** They have no figures: a line for each reason says as much. */
function withoutUnsupported(table: Table, records: readonly LaunchRecord[]): Table {
  const ids = new Set(poolCases(records).flatMap(({ id, state }) => (state === 'unsupported' ? [id] : [])));
  return { ...table, rows: table.rows.filter(({ id }) => !ids.has(id)) };
}

function unsupportedLines(records: readonly LaunchRecord[]): readonly string[] {
  const cases = poolCases(records).filter(({ state, facts }) => state === 'unsupported' && !isOracle(facts));
  const named = cases.map((reportCase) => {
    const { facts } = reportCase;
    const reason = 'error' in facts ? facts.error.message : '';
    return { id: `${caseName(reportCase)} (${facts.workload})`, reason };
  });
  return foldedLines(named);
}

/** `width` null: the lines are broken already. */
function section(title: string, lines: readonly string[], width: number | null): string {
  if (lines.length === 0) return '';
  const shown = width === null ? lines : lines.flatMap((line) => wrap(printable(line), width - 2, '  ').map((part) => `  ${part}`));
  return [`${title}:`, ...shown, ''].join('\n');
}
