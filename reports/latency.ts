/**
 * How long an inference takes, and what is paid once before the first one.
 *
 * @module
 */
import { CLIENT_STAGES, batchTimes_ns, SERVER_STAGES } from '../harness/record/batch-times.ts';
import { isMeasured } from '../harness/record/record.ts';
import type { Stage, LaunchRecord, MeasuredRecord } from '../harness/record/record.ts';
import { summarizeOnce } from './summarize-once.ts';
import { baselinesOf } from './baseline.ts';
import { MEDIANS } from './captions.ts';
import { poolCases } from './case.ts';
import type { ReportCase } from './case.ts';
import { sampledCell } from './sampled-cell.ts';
import type { SamplesByLaunch } from './sampled-cell.ts';
import { settingCells, settingColumns } from './settings.ts';
import { figure, missing } from './table.ts';
import type { Cell, Column, Row, Table } from './table.ts';

/** One pass: a batch goes up, is evaluated, and comes down. */
export function latencyTable(records: readonly LaunchRecord[]): Table {
  const baselines = baselinesOf(records);
  const cases = poolCases(records);
  const hasOffline = cases.some(({ comparable }) => comparable.some(({ stages }) => isOffline(stages)));
  return {
    title: 'Latency of one batch',
    caption: [
      MEDIANS,
      'One pass takes one batch through all stages. Server: load, evaluate and store, added batch by batch; client: encrypt and decrypt. Per sample and samples/s: server and batch; no sample is ready before its batch.',
      'Overhead: server per sample over the same network in plain float64 loops on one thread of the same machine, whose median is the same for all rows of a workload.',
      ...(hasOffline ? [OFFLINE] : []),
      'All code runs as WebAssembly or JavaScript: the order of rows is no ranking of native libraries.',
    ],
    columns: [
      ...settingColumns,
      { id: 'n', title: 'n', unit: 'count', weight: 'figure', sampled: false },
      timeColumn('server', 'Server', 'figure'),
      timeColumn('evaluate', 'of it evaluate', 'minor'),
      timeColumn('server_per_sample', 'Server per sample', 'minor'),
      { id: 'overhead', title: 'Overhead', unit: 'factor', weight: 'minor', sampled: true },
      timeColumn('client', 'Client', 'minor'),
      ...(hasOffline ? [timeColumn('offline', 'Offline', 'minor')] : []),
      timeColumn('load', 'Load', 'minor'),
      timeColumn('store', 'Store', 'minor'),
      timeColumn('encrypt', 'Encrypt', 'minor'),
      timeColumn('decrypt', 'Decrypt', 'minor'),
      { id: 'samples', title: 'Samples/s', unit: 'rate', weight: 'minor', sampled: true },
    ],
    rows: cases.map((reportCase) => passRow(reportCase, baselines.get(reportCase.facts.workload) ?? null, hasOffline)),
  };
}

const OFFLINE =
  'Offline: what the client makes ahead, before it has data, for every batch anew (masks of Paillier). It is no part of Client, which has it ready.';

function isOffline({ offline }: MeasuredRecord['stages']): boolean {
  return offline !== undefined && offline !== null;
}

/** Paid once per launch, however many inferences follow. */
export function oneTimeTable(records: readonly LaunchRecord[]): Table {
  const stages: readonly Stage[] = ['setup', 'keygen', 'encodeModel'];
  return {
    title: 'One-time costs',
    caption: [
      `${MEDIANS} ${afresh(records)}`,
      'Set-up loads the library, makes the client, and makes the evaluator from the keys; encoding the model is what the weights take.',
    ],
    columns: [
      ...settingColumns,
      timeColumn('setup', 'Set-up', 'figure'),
      timeColumn('keygen', 'Key generation', 'figure'),
      timeColumn('encode_model', 'Encode model', 'figure'),
    ],
    rows: poolCases(records).map((reportCase) => {
      const { comparable } = reportCase;
      const cells = [...settingCells(reportCase), ...stages.map((stage) => stagesCell(comparable, [stage]))];
      return { id: reportCase.id, n: comparable.length || null, cells };
    }),
  };
}

function afresh(records: readonly LaunchRecord[]): string {
  const reused = records.filter((record) => isMeasured(record) && record.keyCache === 'reused').length;
  if (reused === 0) return 'Each launch begins afresh, with new keys: n is the number of launches.';
  return `Each launch begins afresh: n is the number of launches. Keys are new but for ${reused} of ${records.length} launches, which took up those kept by --key-cache.`;
}

function timeColumn(id: string, title: string, weight: 'figure' | 'minor'): Column {
  return { id, title, unit: 'nanoseconds', weight, sampled: true };
}

/** `baseline_ns`: of one inference; null: no launch of the workload timed it. */
function passRow(reportCase: ReportCase, baseline_ns: SamplesByLaunch | null, hasOffline: boolean): Row {
  const { id, comparable } = reportCase;
  const batch = comparable[0]?.batch ?? 1;
  const n = comparable.reduce((sum, { stages }) => sum + stages.evaluate.samples_ns.length, 0);
  const server = (scale?: (time_ns: number) => number): Cell => stagesCell(comparable, SERVER_STAGES, scale);
  const cells = [
    ...settingCells(reportCase),
    n === 0 ? missing() : figure(n),
    server(),
    stagesCell(comparable, ['evaluate']),
    server((time_ns) => time_ns / batch),
    overheadCell(comparable, baseline_ns),
    stagesCell(comparable, CLIENT_STAGES),
    ...(hasOffline ? [offlineCell(comparable)] : []),
    ...(['load', 'store', 'encrypt', 'decrypt'] as const).map((stage) => stagesCell(comparable, [stage])),
    rateCell(server((time_ns) => (1e9 * batch) / time_ns)),
  ];
  return { id, n: n || null, cells };
}

function offlineCell(launches: readonly MeasuredRecord[]): Cell {
  return launches.every(({ stages }) => !isOffline(stages)) ? missing('the client makes nothing ahead') : stagesCell(launches, ['offline']);
}

function overheadCell(launches: readonly MeasuredRecord[], baseline_ns: SamplesByLaunch | null): Cell {
  const [first] = launches;
  if (first === undefined) return missing();
  if (baseline_ns === null) return missing(first.notes['baseline'] ?? null);
  const one_ns = summarizeOnce(baseline_ns).median;
  return stagesCell(launches, SERVER_STAGES, (time_ns) => time_ns / first.batch / one_ns);
}

/** A time of 0 gives no rate. */
function rateCell(rate: Cell): Cell {
  const values = rate.kind === 'pair' ? rate.values : rate.kind === 'figure' ? [rate.value, rate.interval?.high ?? 0] : [];
  return values.every(Number.isFinite) ? rate : missing('below the step of the clock');
}

/** The stages of every batch together; launches that did not time all of them give none. */
function stagesCell(launches: readonly MeasuredRecord[], stages: readonly Stage[], scale?: (time_ns: number) => number): Cell {
  const times_ns = launches.flatMap((launch) => {
    const samples_ns = batchTimes_ns(launch, stages);
    return samples_ns === null ? [] : [samples_ns];
  });
  return times_ns.length === 0 ? missing(whyNotTimed(launches[0], stages)) : sampledCell(times_ns, scale);
}

function whyNotTimed(launch: MeasuredRecord | undefined, stages: readonly Stage[]): string | null {
  if (launch === undefined) return null;
  const reasons = stages.flatMap((stage) => launch.notes[`stages.${stage}`] ?? []);
  return reasons[0] ?? 'its stages were not timed with every batch';
}
