/**
 * One line a case: the columns of the other tables that a reader looks at first.
 *
 * @module
 */
import type { LaunchRecord } from '../harness/record/record.ts';
import { accuracyTable } from './accuracy.ts';
import { latencyTable } from './latency.ts';
import { memoryTable } from './memory.ts';
import type { Table } from './table.ts';
import { trafficTable } from './traffic.ts';

/** Every table has the same rows in the same order, so that columns of several make a table again. */
export function summaryTable(records: readonly LaunchRecord[]): Table {
  const parts = [
    columnsOf(latencyTable(records), [
      'workload',
      'layout',
      'scheme',
      'kernels',
      'parameters',
      'security',
      'state',
      'batch',
      'n',
      'evaluate',
    ]),
    columnsOf(latencyTable(records), ['evaluate_per_sample']),
    columnsOf(trafficTable(records), ['keys', 'input_per_sample', 'output_per_sample']),
    columnsOf(memoryTable(records), ['evaluator']),
    columnsOf(accuracyTable(records), ['encrypted', 'precision']),
  ];
  return {
    title: 'Summary',
    caption: [
      'Evaluate is the time of one batch at the server, median [95% interval], with n batches; traffic is per sample, keys go up once; evaluator is its memory; encrypted is the accuracy of decrypted results, precision compares them with the same network in the clear.',
    ],
    columns: parts.flatMap(({ columns }) => columns),
    rows: (parts[0]?.rows ?? []).map((row, index) => ({ ...row, cells: parts.flatMap(({ rows }) => rows[index]?.cells ?? []) })),
  };
}

function columnsOf(table: Table, ids: readonly string[]): Pick<Table, 'columns' | 'rows'> {
  const positions = ids.map((id) => {
    const position = table.columns.findIndex((column) => column.id === id);
    if (position < 0) throw new RangeError(`table '${table.title}' has no column '${id}'`);
    return position;
  });
  return {
    columns: positions.map((position) => table.columns[position]!),
    rows: table.rows.map((row) => ({ ...row, cells: positions.map((position) => row.cells[position]!) })),
  };
}
