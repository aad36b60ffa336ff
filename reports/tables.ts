/**
 * The tables of a run, in the order in which they are read.
 *
 * @module
 */
import type { LaunchRecord } from '../harness/record.ts';
import { accuracyTable } from './accuracy.ts';
import { latencyTable, oneTimeTable } from './latency.ts';
import { memoryTable } from './memory.ts';
import type { Table } from './table.ts';
import { renderTerminal } from './terminal.ts';
import type { TerminalOptions } from './terminal.ts';
import { trafficTable } from './traffic.ts';

/** One report page each; a CSV file holds one table. */
export interface Page {
  readonly name: string;
  readonly title: string;
  readonly tables: readonly { readonly csv: string; readonly table: Table }[];
}

export function reportPages(records: readonly LaunchRecord[]): Page[] {
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

/** Every table for a terminal; without options plain text for 160 columns. */
export function terminalTables(records: readonly LaunchRecord[], options: TerminalOptions = { width: 160, colour: false }): string {
  const tables = reportPages(records).flatMap((page) => page.tables.map(({ table }) => renderTerminal(table, options)));
  return tables.join('\n');
}
