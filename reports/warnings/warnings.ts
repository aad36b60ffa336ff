/**
 * All warnings about a run, and how they are printed: the same on a terminal and in a report.
 *
 * @module
 */
import type { LaunchRecord } from '../../harness/record/record.ts';
import type { RunInformation } from '../../harness/record/run-information.ts';
import { poolCases } from '../case.ts';
import { warningsOfCase } from './case-warnings.ts';
import { WARNINGS, type Warning } from './list.ts';
import { warningsOfMachine } from './machine-warnings.ts';

/** Cases that a line names; of more it gives the count. */
const MOST_NAMED = 3;

/** Those of the machine first. `information` null: run.json was missing or damaged. */
export function warningsOf(records: readonly LaunchRecord[], information: RunInformation | null): Warning[] {
  const ofCases = poolCases(records).flatMap(({ comparable }) => warningsOfCase(comparable));
  return [...(information === null ? [] : warningsOfMachine(information)), ...ofCases];
}

/**
 * One line for each kind of warning that there is: what was seen, in which cases, and what to do.
 *
 * @example `busy machine: load 5 on 2 cores before the run. Other programs shared the processor: repeat ...`
 */
export function warningLines(warnings: readonly Warning[]): string[] {
  const byCode = Map.groupBy(warnings, ({ code }) => code);
  return [...byCode].map(([code, same]) => {
    const named = same.slice(0, MOST_NAMED).map(({ about, seen }) => (about === null ? seen : `${about}: ${seen}`));
    const more = same.length - named.length;
    const cases = same.length > 1 ? ` (${same.length} cases)` : '';
    return `${WARNINGS[code].mark}${cases}: ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}. ${WARNINGS[code].advice}`;
  });
}
