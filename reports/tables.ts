/**
 * The tables of a run, in the order in which they are read.
 *
 * @module
 */
import type { LaunchRecord } from '../harness/record/record.ts';
import { accuracyTable } from './accuracy.ts';
import { poolCases } from './case.ts';
import { growthTable } from './growth/growth-table.ts';
import { categoriesTable } from './categories/categories.ts';
import { endToEndTable } from './end-to-end/end-to-end.ts';
import { roundsTable } from './end-to-end/rounds.ts';
import { latencyTable, oneTimeTable } from './latency.ts';
import { type Link, LINKS } from './end-to-end/link.ts';
import { memoryTable } from './memory.ts';
import { primitivesTables } from './primitives.ts';
import { summaryTable } from './summary.ts';
import type { Table } from './table.ts';
import { trafficTable } from './traffic.ts';
import { epochsTable, trainingTable } from './training.ts';

/** Pages beside the main table, in the order in which options name them: each may be asked for by its name. */
export const DETAIL_PAGES = ['latency', 'memory', 'accuracy', 'traffic', 'categories', 'growth', 'primitives', 'training'] as const;

/** One report page each; a CSV file holds one table. */
export interface Page {
  readonly name: 'summary' | (typeof DETAIL_PAGES)[number] | 'literature';
  readonly title: string;
  /** `brief` stands for the table in a terminal. */
  readonly tables: readonly { readonly csv: string; readonly table: Table; readonly brief?: Table }[];
}

/** The main table as a page of its own; none without networks. */
export function summaryPage(records: readonly LaunchRecord[]): Page[] {
  const table = summaryTable(records);
  return table.rows.length === 0 ? [] : [{ name: 'summary', title: 'Summary', tables: [{ csv: 'summary', table }] }];
}

/** Pages of networks, of single operations, and of trainings; without records those of networks, empty. */
export function reportPages(records: readonly LaunchRecord[], links: readonly Link[] = LINKS): Page[] {
  const primitives = primitivesPages(records);
  const others = [...primitives, ...trainingPages(records)];
  const onlyOthers = others.length > 0 && poolCases(records).length === 0;
  return [...(onlyOthers ? [] : networkPages(records, links)), ...growthPages(records), ...others];
}

/** None where no size was varied. */
function growthPages(records: readonly LaunchRecord[]): Page[] {
  const table = growthTable(records);
  return table === null ? [] : [{ name: 'growth', title: 'Growth', tables: [{ csv: 'growth', table }] }];
}

function primitivesPages(records: readonly LaunchRecord[]): Page[] {
  const tables = primitivesTables(records);
  if (tables === null) return [];
  const { all: table, ends: brief } = tables;
  return [{ name: 'primitives', title: 'Single operations', tables: [{ csv: 'primitives', table, brief }] }];
}

function trainingPages(records: readonly LaunchRecord[]): Page[] {
  const [updates, epochs] = [trainingTable(records), epochsTable(records)];
  if (updates.rows.length === 0) return [];
  return [
    {
      name: 'training',
      title: 'Training',
      tables: [
        { csv: 'training', table: updates },
        { csv: 'training-epochs', table: epochs },
      ],
    },
  ];
}

function networkPages(records: readonly LaunchRecord[], links: readonly Link[]): Page[] {
  const rounds = roundsTable(records);
  return [
    {
      name: 'latency',
      title: 'Latency',
      tables: [
        { csv: 'latency', table: latencyTable(records) },
        { csv: 'one-time', table: oneTimeTable(records) },
        { csv: 'end-to-end', table: endToEndTable(records, links) },
      ],
    },
    { name: 'memory', title: 'Memory', tables: [{ csv: 'memory', table: memoryTable(records) }] },
    {
      name: 'traffic',
      title: 'Traffic',
      tables: [{ csv: 'traffic', table: trafficTable(records) }, ...(rounds === null ? [] : [{ csv: 'rounds', table: rounds }])],
    },
    { name: 'accuracy', title: 'Accuracy', tables: [{ csv: 'accuracy', table: accuracyTable(records) }] },
    ...categoriesPages(records),
  ];
}

/** None where there is but one category. */
function categoriesPages(records: readonly LaunchRecord[]): Page[] {
  const table = categoriesTable(records);
  return table === null ? [] : [{ name: 'categories', title: 'Categories of schemes', tables: [{ csv: 'categories', table }] }];
}
