/**
 * How much memory each side holds, beside what the plan predicted.
 *
 * @module
 */
import type { LaunchRecord, MeasuredRecord } from '../harness/record/record.ts';
import { poolCases } from './case.ts';
import { settingCells, settingColumns } from './settings.ts';
import { figure, missing } from './table.ts';
import type { Cell, Column, Table } from './table.ts';

type Side = 'client' | 'evaluator';
type Memory = MeasuredRecord['memory'];

export function memoryTable(records: readonly LaunchRecord[]): Table {
  return {
    title: 'Memory',
    caption: [
      'The largest value of all launches; n is their number. Client and evaluator: what the side holds for itself, its wasm memory as taken from the system and the JavaScript buffers that it keeps between calls. What both share belongs to neither: the JavaScript engine, the circuits, the bytes on their way.',
      "Wasm memory never shrinks. node-seal's begins at 16.0 MiB, used or not, and its allocator does not tell what is in use; that of Enigmark's own kernels does: in use is what remains right behind an evaluation, with keys, model, inputs and outputs.",
      'Peak resident is of the one process that holds client, evaluator and the JavaScript engine; predicted is the peak of the evaluator alone.',
    ],
    columns: [
      ...settingColumns,
      ...columnsOf('client', 'Client'),
      ...columnsOf('evaluator', 'Evaluator'),
      column('peak_resident', 'Peak resident', 'figure'),
      { ...column('predicted', 'Evaluator, predicted', 'figure'), sampled: false },
    ],
    rows: poolCases(records).map((reportCase) => {
      const { id, comparable } = reportCase;
      return {
        id,
        n: comparable.length || null,
        cells: [
          ...settingCells(reportCase),
          ...sideCells(comparable, 'client'),
          ...sideCells(comparable, 'evaluator'),
          largest(comparable, ({ peakRss_bytes }) => peakRss_bytes, 'peakRss_bytes'),
          largest(comparable, ({ estimate_bytes }) => estimate_bytes, 'estimate_bytes'),
        ],
      };
    }),
  };
}

function columnsOf(side: Side, title: string): readonly Column[] {
  return [
    column(side, title, 'figure'),
    column(`${side}_wasm_live`, `${title}, wasm in use`, 'detail'),
    column(`${side}_buffers`, `${title}, JavaScript`, 'detail'),
  ];
}

function column(id: string, title: string, weight: Column['weight']): Column {
  return { id, title, unit: 'bytes', weight, sampled: true };
}

function sideCells(launches: readonly MeasuredRecord[], side: Side): Cell[] {
  const of = (field: keyof Memory[Side]): Cell => largest(launches, (memory) => memory[side][field], `${side}.${field}`);
  const held = ({ [side]: { reserved_bytes, buffers_bytes } }: Memory): number | null =>
    reserved_bytes === null ? null : reserved_bytes + (buffers_bytes ?? 0);
  return [largest(launches, held, `${side}.reserved_bytes`), of('live_bytes'), of('buffers_bytes')];
}

/** `field` names the reason where no launch knows. */
function largest(launches: readonly MeasuredRecord[], read: (memory: Memory) => number | null, field: string): Cell {
  const known = launches.flatMap(({ memory }) => read(memory) ?? []);
  return known.length === 0 ? missing(launches[0]?.notes[`memory.${field}`] ?? null) : figure(Math.max(...known), known.length);
}
