/**
 * The tables of a run, in the order in which they are read.
 *
 * @module
 */
import type { LaunchRecord } from '../harness/record/record.ts';
import { accuracyTable } from './accuracy.ts';
import { latencyTable, oneTimeTable } from './latency.ts';
import { memoryTable } from './memory.ts';
import { primitivesTables } from './primitives.ts';
import { summaryTable } from './summary.ts';
import type { Table } from './table.ts';
import { trafficTable } from './traffic.ts';

/** One report page each; a CSV file holds one table. */
export interface Page {
  readonly name: string;
  readonly title: string;
  /** `brief` stands for the table in a terminal. */
  readonly tables: readonly { readonly csv: string; readonly table: Table; readonly brief?: Table }[];
}

/** The main table as a page of its own; none without networks. */
export function summaryPage(records: readonly LaunchRecord[]): Page[] {
  const table = summaryTable(records);
  return table.rows.length === 0 ? [] : [{ name: 'summary', title: 'Summary', tables: [{ csv: 'summary', table }] }];
}

/** Pages of networks, and of single operations; without records those of networks, empty. */
export function reportPages(records: readonly LaunchRecord[]): Page[] {
  const primitives = primitivesPages(records);
  const onlyPrimitives = primitives.length > 0 && records.every(({ layout }) => layout === null);
  return [...(onlyPrimitives ? [] : networkPages(records)), ...primitives];
}

function primitivesPages(records: readonly LaunchRecord[]): Page[] {
  const tables = primitivesTables(records);
  if (tables === null) return [];
  const { all: table, ends: brief } = tables;
  return [{ name: 'primitives', title: 'Single operations', tables: [{ csv: 'primitives', table, brief }] }];
}

function networkPages(records: readonly LaunchRecord[]): Page[] {
  return [
    {
      name: 'latency',
      title: 'Latency',
      tables: [
        { csv: 'latency', table: latencyTable(records) },
        { csv: 'one-time', table: oneTimeTable(records) },
      ],
    },
    { name: 'memory', title: 'Memory', tables: [{ csv: 'memory', table: memoryTable(records) }] },
    { name: 'traffic', title: 'Traffic', tables: [{ csv: 'traffic', table: trafficTable(records) }] },
    { name: 'accuracy', title: 'Accuracy', tables: [{ csv: 'accuracy', table: accuracyTable(records) }] },
  ];
}
