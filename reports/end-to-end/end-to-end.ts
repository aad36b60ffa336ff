/**
 * How long a client waits for its results over a connection.
 *
 * @module
 */
import { CLIENT_STAGES, batchTimes_ns, SERVER_STAGES } from '../../harness/record/batch-times.ts';
import type { LaunchRecord, MeasuredRecord } from '../../harness/record/record.ts';
import { MEDIANS } from '../captions.ts';
import { poolCases, type ReportCase } from '../case.ts';
import { type Link, linkText, onTheWay_ns } from './link.ts';
import { sampledCell } from '../sampled-cell.ts';
import { settingCells, settingColumns } from '../settings.ts';
import { type Cell, type Column, figure, missing, type Row, type Table } from '../table.ts';

const timeColumn = (id: string, title: string): Column => ({ id, title, unit: 'nanoseconds', weight: 'figure', sampled: true });
const bytesColumn = (id: string, title: string): Column => ({ id, title, unit: 'bytes', weight: 'figure', sampled: false });

/** One batch from the client's data to its results, at each of the connections. */
export function endToEndTable(records: readonly LaunchRecord[], links: readonly Link[]): Table {
  return {
    title: 'End to end',
    caption: [
      MEDIANS,
      'One batch: encrypt, send, evaluate, fetch, decrypt, one after the other; keys, which are sent once, apart. Computing is measured: client and server of the same batch. The way is computed: bytes up and down at the stated bandwidth, and one stated round-trip time for every round, in which the client waits for the server. Nothing overlaps; losses and the start of a connection are not counted.',
    ],
    columns: [
      ...settingColumns,
      { id: 'rounds', title: 'Rounds', unit: 'count', weight: 'figure', sampled: false },
      bytesColumn('bytes', 'Up and down'),
      timeColumn('computing', 'Computing'),
      ...links.map((link) => timeColumn(columnId(link), linkText(link))),
    ],
    rows: poolCases(records).map((reportCase) => endToEndRow(reportCase, links)),
  };
}

/** `end_to_end_100mbit_20ms` */
function columnId(link: Link): string {
  return `end_to_end_${linkText(link).toLowerCase().replace('/s, ', '_').replaceAll(' ', '').replaceAll('.', '_')}`;
}

function endToEndRow(reportCase: ReportCase, links: readonly Link[]): Row {
  const { id, comparable } = reportCase;
  const [first] = comparable;
  const launches = comparable.map((launch) => ({ launch, times_ns: batchTimes_ns(launch, [...CLIENT_STAGES, ...SERVER_STAGES]) }));
  const timed = launches.flatMap(({ launch, times_ns }) => (times_ns === null ? [] : [{ launch, times_ns }]));
  const cellOf = (way_ns: (launch: MeasuredRecord) => number): Cell =>
    timed.length === 0
      ? missing(first === undefined ? null : 'its stages were not timed with every batch')
      : sampledCell(timed.map(({ launch, times_ns }) => times_ns.map((time_ns) => time_ns + way_ns(launch))));
  const cells = [
    ...settingCells(reportCase),
    first === undefined ? missing() : figure(first.bytes.rounds),
    first === undefined ? missing() : figure(first.bytes.input + first.bytes.output),
    cellOf(() => 0),
    ...links.map((link) => cellOf(({ bytes }) => onTheWay_ns(link, bytes))),
  ];
  return { id, n: timed.reduce((sum, { times_ns }) => sum + times_ns.length, 0) || null, cells };
}
