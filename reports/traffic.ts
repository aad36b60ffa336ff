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
      'Primes: plaintext primes of whole numbers; every ciphertext is sent once for each, and sizes count them all.',
      'Packed: computed, not sent. What the same would take without what belongs to the format of the libraries: SEAL writes residues of 33 to 54 bits as words of 64, and a seed of 64 bytes with every ciphertext that goes up; node-tfhe writes 100 bytes of header and a seed of 16 around each number of 8. Packed, a residue takes the bits of its prime, one seed does for all that is sent at a time, and there are no headers.',
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
      packedColumn('keys_packed', 'All keys, packed'),
      packedColumn('input_per_sample_packed', 'Input per sample, packed'),
      packedColumn('output_per_sample_packed', 'Output per sample, packed'),
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
          packedCell(comparable[0], ({ keys }) => keys),
          packedCell(comparable[0], ({ input }, batch) => input / batch),
          packedCell(comparable[0], ({ output }, batch) => output / batch),
        ],
      };
    }),
  };
}

function bytesColumn(id: string, title: string): Column {
  return { id, title, unit: 'bytes', weight: 'figure', sampled: true };
}

function packedColumn(id: string, title: string): Column {
  return { id, title, unit: 'bytes', weight: 'detail', sampled: false };
}

type Packed = NonNullable<MeasuredRecord['bytes']['packed']>;

/** It depends on the plan alone, so that one launch speaks for all. */
function packedCell(first: MeasuredRecord | undefined, read: (packed: Packed, batch: number) => number): Cell {
  if (first === undefined) return missing();
  const { packed } = first.bytes;
  return packed === null ? missing(first.notes['bytes.packed'] ?? null) : figure(read(packed, first.batch));
}

function medianCell(sizes: readonly number[]): Cell {
  if (sizes.length === 0) return missing();
  const { n, median, interval } = summarize(sizes);
  return figure(median, n, interval);
}
