/** @module */
import { describe, expect, it, test } from 'vitest';
import { completedRecord, recordWithoutResult } from '../../harness/record/record.examples.ts';
import { type LaunchRecord, parseRecord } from '../../harness/record/record.ts';
import { endToEndTable } from './end-to-end.ts';
import { LINKS, linkText, onTheWay_ns, parseLink } from './link.ts';
import { roundsTable } from './rounds.ts';
import type { Cell, Table } from '../table.ts';
import { reportPages } from '../tables.ts';

const { stages, bytes } = completedRecord();
const times = (...times_ns: number[]) => ({ samples_ns: times_ns, warmup_ns: [] });
const timed = {
  ...stages,
  encrypt: times(1e6, 2e6, 3e6),
  load: times(1e6, 1e6, 1e6),
  evaluate: times(10e6, 20e6, 30e6),
  store: times(1e6, 1e6, 1e6),
  decrypt: times(2e6, 2e6, 2e6),
};
const round = { name: 'relu', learns: "the 845 values behind 'conv'", input_bytes: 300, output_bytes: 700, samples_ns: [2e6, 4e6, 6e6] };
const interactive = completedRecord({
  ...{ stages: timed, interactive: true, help: 'activation', clientRounds: [round] },
  bytes: { ...bytes, input: 600_000, output: 650_000, rounds: 2 },
});

function cellOf({ columns, rows }: Table, id: string, row = 0): Cell {
  return rows[row]!.cells[columns.findIndex((column) => column.id === id)]!;
}

describe('end to end', () => {
  it('adds computing, bytes and waiting', () => {
    const table = endToEndTable([interactive], LINKS);
    // 15, 26 and 37 ms; 10 Mbit take 10 ms at 1 Gbit/s, 100 ms at 100 Mbit/s, 500 ms at 20 Mbit/s; two rounds.
    expect(cellOf(table, 'computing')).toMatchObject({ value: 26e6 });
    expect(cellOf(table, 'end_to_end_1gbit_1ms')).toMatchObject({ value: 26e6 + 10e6 + 2e6 });
    expect(cellOf(table, 'end_to_end_100mbit_20ms')).toMatchObject({ value: 26e6 + 100e6 + 40e6 });
    expect(cellOf(table, 'end_to_end_20mbit_60ms')).toMatchObject({ value: 26e6 + 500e6 + 120e6 });
    expect(cellOf(table, 'bytes')).toMatchObject({ value: 1_250_000 });
  });

  it('has a column for every link, and a row also for what did not run', () => {
    const table = endToEndTable([interactive, recordWithoutResult('unsupported', { workload: 'other' })], [parseLink('2.5Gbit/s,0.1ms')!]);
    expect(table.columns.at(-1)).toMatchObject({ id: 'end_to_end_2_5gbit_0_1ms', title: '2.5 Gbit/s, 0.1 ms' });
    expect(table.rows).toHaveLength(2);
    expect(cellOf(table, 'computing', 1)).toEqual({ kind: 'missing', note: null });
  });

  it('has no time where a stage was not timed with every batch', () => {
    const table = endToEndTable([completedRecord({ stages: { ...stages, store: null }, notes: { 'stages.store': 'x' } })], LINKS);
    expect(cellOf(table, 'end_to_end_1gbit_1ms')).toMatchObject({ kind: 'missing' });
  });
});

describe('rounds', () => {
  it('says what passes, and what the client learns', () => {
    const table = roundsTable([interactive])!;
    expect(table.rows).toHaveLength(1);
    expect(cellOf(table, 'learns')).toMatchObject({ text: "the 845 values behind 'conv'" });
    expect([cellOf(table, 'down'), cellOf(table, 'up'), cellOf(table, 'client')]).toMatchObject([
      { value: 700 },
      { value: 300 },
      { value: 4e6 },
    ]);
  });

  it('stands in a report only where there are rounds', () => {
    const names = (records: readonly LaunchRecord[]) => reportPages(records).flatMap(({ tables }) => tables.map(({ csv }) => csv));
    expect(names([completedRecord()])).not.toContain('rounds');
    expect(names([interactive])).toContain('rounds');
  });

  it('is in a record that the schema takes, and in the id', () => {
    expect(parseRecord(JSON.parse(JSON.stringify(interactive)))).toEqual(interactive);
    expect(interactive.id).toBe('ckks/dense-784x10/auto/packed/library/t1+activation');
  });
});

test.each([
  ['1Gbit/s,1ms', 1e9, 1e6],
  ['100 Mbit/s, 20 ms', 1e8, 20e6],
  ['0.5mbit/s,7.5ms', 5e5, 7.5e6],
])('%s is a link, and is read back from its text', (text, bits_per_s, roundTrip_ns) => {
  const link = parseLink(text)!;
  expect(link).toEqual({ bits_per_s, roundTrip_ns });
  expect(parseLink(linkText(link))).toEqual(link);
});

test('a way without bytes takes its round trips', () => {
  expect(onTheWay_ns({ bits_per_s: 1e6, roundTrip_ns: 5e6 }, { input: 0, output: 0, rounds: 3 })).toBe(15e6);
});
