/**
 * How much memory each side needs, beside what the plan predicted.
 *
 * @module
 */
import type { LaunchRecord, MeasuredRecord } from '../harness/record/record.ts';
import { poolCases } from './case.ts';
import { settingCells, settingColumns } from './settings.ts';
import { figure, missing, text } from './table.ts';
import type { Cell, Table } from './table.ts';

const FIELDS = ['client_bytes', 'evaluator_bytes', 'peakRss_bytes', 'estimate_bytes'] as const;

export function memoryTable(records: readonly LaunchRecord[]): Table {
  return {
    title: 'Memory',
    caption: [
      'The largest value of all launches; n is their number. Client and evaluator report their own memory: wasm linear memory, which never shrinks, or the JavaScript heap, which they share.',
      'Peak resident is of the one process that holds client, evaluator and the JavaScript engine; predicted is the peak of the evaluator alone.',
    ],
    columns: [
      ...settingColumns,
      { id: 'method', title: 'Counted as', unit: null, weight: 'setting', sampled: false },
      { id: 'client', title: 'Client', unit: 'bytes', weight: 'figure', sampled: true },
      { id: 'evaluator', title: 'Evaluator', unit: 'bytes', weight: 'figure', sampled: true },
      { id: 'peak_resident', title: 'Peak resident', unit: 'bytes', weight: 'figure', sampled: true },
      { id: 'predicted', title: 'Evaluator, predicted', unit: 'bytes', weight: 'figure', sampled: false },
    ],
    rows: poolCases(records).map((reportCase) => {
      const { id, comparable } = reportCase;
      const method = comparable[0]?.memory.method;
      return {
        id,
        n: comparable.length || null,
        cells: [
          ...settingCells(reportCase),
          method === undefined ? missing() : text(method),
          ...FIELDS.map((field) => largest(comparable, field)),
        ],
      };
    }),
  };
}

function largest(launches: readonly MeasuredRecord[], field: (typeof FIELDS)[number]): Cell {
  const known = launches.flatMap(({ memory }) => memory[field] ?? []);
  return known.length === 0 ? missing(launches[0]?.notes[`memory.${field}`] ?? null) : figure(Math.max(...known), known.length);
}
