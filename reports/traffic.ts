/**
 * What passes between client and evaluator: keys once, ciphertexts at every pass.
 *
 * @module
 */
import type { LaunchRecord, MeasuredRecord } from '../harness/record/record.ts';
import { summarize } from '../harness/record/statistics.ts';
import { poolCases } from './case.ts';
import { settingCells, settingColumns } from './settings.ts';
import { figure, missing } from './table.ts';
import type { Cell, Column, Table } from './table.ts';

export function trafficTable(records: readonly LaunchRecord[]): Table {
  const cases = poolCases(records);
  const kinds = [...new Set(cases.flatMap(({ comparable }) => comparable.flatMap(({ bytes }) => Object.keys(bytes.keys))))].sort();
  return {
    title: 'Traffic',
    caption: [
      'Bytes as sent, envelopes included: median of the launches [95% interval, from three launches on]; n is their number. Keys go up once; input and output pass with every batch, over all rounds.',
      'Primes: plaintext primes of whole numbers; ciphertexts pass once for each, and sizes are of all.',
      'Per sample: divided by the batch. A kind of key at 0 B is one that the plan does not need.',
    ],
    columns: [
      ...settingColumns,
      { id: 'rounds', title: 'Rounds', unit: 'count', weight: 'detail', sampled: false },
      { id: 'plaintext_primes', title: 'Primes', unit: 'count', weight: 'detail', sampled: false },
      bytesColumn('keys', 'All keys'),
      ...kinds.map((kind): Column => ({ ...bytesColumn(`keys_${kind}`, `Keys: ${kind}`), weight: 'minor' })),
      bytesColumn('input', 'Input per pass'),
      bytesColumn('output', 'Output per pass'),
      bytesColumn('input_per_sample', 'Input per sample'),
      bytesColumn('output_per_sample', 'Output per sample'),
    ],
    rows: cases.map((reportCase) => {
      const { id, comparable } = reportCase;
      const of = (read: (record: MeasuredRecord) => number) => medianCell(comparable.map(read));
      return {
        id,
        n: comparable.length || null,
        cells: [
          ...settingCells(reportCase),
          comparable[0] === undefined ? missing() : figure(comparable[0].bytes.rounds),
          comparable[0]?.plaintextPrimes == null ? missing() : figure(comparable[0].plaintextPrimes),
          of(({ bytes }) => Object.values(bytes.keys).reduce((sum, size) => sum + size, 0)),
          ...kinds.map((kind) => of(({ bytes }) => bytes.keys[kind] ?? 0)),
          of(({ bytes }) => bytes.input),
          of(({ bytes }) => bytes.output),
          of(({ bytes, batch }) => bytes.input / batch),
          of(({ bytes, batch }) => bytes.output / batch),
        ],
      };
    }),
  };
}

function bytesColumn(id: string, title: string): Column {
  return { id, title, unit: 'bytes', weight: 'figure', sampled: true };
}

function medianCell(sizes: readonly number[]): Cell {
  if (sizes.length === 0) return missing();
  const { n, median, interval } = summarize(sizes);
  return figure(median, n, interval);
}
