/**
 * What the rounds of interactive rows are made of, and what the client learns in them.
 *
 * @module
 */
import type { LaunchRecord } from '../../harness/record/record.ts';
import { MEDIANS } from '../captions.ts';
import { poolCases, type ReportCase } from '../case.ts';
import { sampledCell } from '../sampled-cell.ts';
import { settingCells, settingColumns } from '../settings.ts';
import { type Column, figure, type Row, type Table, text } from '../table.ts';

const bytesColumn = (id: string, title: string): Column => ({ id, title, unit: 'bytes', weight: 'figure', sampled: false });

/** Null where no client takes part. */
export function roundsTable(records: readonly LaunchRecord[]): Table | null {
  const rows = poolCases(records).flatMap(roundRows);
  if (rows.length === 0) return null;
  return {
    title: 'Rounds in which the client takes part',
    caption: [
      MEDIANS,
      'Between upload and download the client decrypts intermediate values, applies a function, and encrypts the results. It learns those values: with enough inputs they tell the layers before, so that the model is not hidden from the client. Bytes and times of one batch; the client time is decrypting, applying and encrypting.',
    ],
    columns: [
      ...settingColumns,
      { id: 'round', title: 'Round', unit: null, weight: 'key', sampled: false },
      { id: 'learns', title: 'The client learns', unit: null, weight: 'key', sampled: false },
      bytesColumn('down', 'Down'),
      bytesColumn('up', 'Up'),
      { id: 'client', title: 'Client', unit: 'nanoseconds', weight: 'figure', sampled: true },
    ],
    rows,
  };
}

function roundRows(reportCase: ReportCase): Row[] {
  const { id, comparable } = reportCase;
  return (comparable[0]?.clientRounds ?? []).map(({ name, learns, input_bytes, output_bytes }, at) => {
    const samples = comparable.map(({ clientRounds }) => clientRounds?.[at]?.samples_ns ?? []);
    const cells = [text(name), text(learns), figure(output_bytes), figure(input_bytes), sampledCell(samples)];
    return { id: `${id} ${name}`, n: samples.flat().length, cells: [...settingCells(reportCase), ...cells] };
  });
}
