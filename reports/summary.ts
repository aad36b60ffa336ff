/**
 * The main table: what a reader asks first. One line a case, and one for the float network of every workload; all else is in the
 * detail tables.
 *
 * @module
 */
import type { LaunchRecord } from '../harness/record/record.ts';
import { accuracyTable } from './accuracy.ts';
import { baselinesOf } from './baseline.ts';
import { isOracle, poolCases } from './case.ts';
import type { ReportCase } from './case.ts';
import { latencyTable } from './latency.ts';
import { memoryTable } from './memory.ts';
import { sampledCell } from './sampled-cell.ts';
import type { SamplesByLaunch } from './sampled-cell.ts';
import { figure, missing, text, withColumns } from './table.ts';
import type { Cell, Column, Row, Table } from './table.ts';

/** Columns of the detail tables; where space is short, the last leave first. */
const PARTS = [
  [latencyTable, ['workload', 'layout', 'scheme', 'kernels', 'n', 'server', 'overhead', 'client']],
  [accuracyTable, ['encrypted']],
  [memoryTable, ['evaluator']],
  [latencyTable, ['server_per_sample']],
  [accuracyTable, ['precision']],
  [latencyTable, ['batch', 'parameters', 'security']],
] as const;

/** As the weights of columns in general, but for times: their intervals leave before any column does. */
const WEIGHTS: Readonly<Record<string, Column['weight']>> = {
  ...{ workload: 'key', scheme: 'key', n: 'figure' },
  ...{ layout: 'setting', kernels: 'setting' },
};

/** Of the oracle there is no line: it costs nothing that anybody would pay. */
export function summaryTable(records: readonly LaunchRecord[]): Table {
  const parts = PARTS.map(([table, ids]) => withColumns(table(records), ids));
  const columns = parts.flatMap((part) => part.columns).map((column) => ({ ...column, weight: WEIGHTS[column.id] ?? 'minor' }));
  const baselines = baselinesOf(records);
  const begun = new Set<string>();
  // Every table has the same rows in the same order, so that columns of several make a table again.
  const rows = poolCases(records).flatMap((reportCase, index) => {
    const { workload } = reportCase.facts;
    if (isOracle(reportCase.facts)) return [];
    const cells = parts.flatMap((part) => part.rows[index]?.cells ?? []);
    const row = {
      id: reportCase.id,
      n: parts[0]?.rows[index]?.n ?? null,
      cells: cells.map((cell, at) => adapted(cell, columns[at]!, reportCase)),
    };
    const baseline = begun.has(workload) ? undefined : baselines.get(workload);
    begun.add(workload);
    return baseline === undefined ? [row] : [baselineRow(workload, baseline, columns), row];
  });
  return {
    title: 'Summary',
    caption: [
      'Times are medians [95% interval] over n batches, below n = 3 the samples. Server: load, evaluate and store of one batch, and that per sample; client: encrypt and decrypt. Overhead: server per sample over the float row, the same network in plain float64 loops. Encrypted: accuracy of decrypted results; evaluator: its memory; precision: of results, beside the planned network in the clear.',
    ],
    columns,
    rows,
  };
}

/** Where there is no time, the state stands in its place; of memory, which is of every launch the largest, n is in its own table. */
function adapted(cell: Cell, { id }: Column, { state, note }: ReportCase): Cell {
  if (id === 'server' && state !== 'completed') return text(state, note);
  if (id === 'scheme' && cell.kind === 'text' && state === 'completed') return text(cell.text, note);
  return id === 'evaluator' && cell.kind === 'figure' ? { ...cell, n: null } : cell;
}

/** What the network takes without encryption. */
function baselineRow(workload: string, launches: SamplesByLaunch, columns: readonly Column[]): Row {
  const n = launches.flat().length;
  const cells = new Map<string, Cell>([
    ['workload', text(workload)],
    ['scheme', text('float')],
    ['n', figure(n)],
    ['server_per_sample', sampledCell(launches)],
    ['overhead', text('1x')],
  ]);
  return { id: `float/${workload}`, n, cells: columns.map(({ id }) => cells.get(id) ?? missing()) };
}
