/**
 * How long an inference takes, and what is paid once before the first one.
 *
 * @module
 */
import { isMeasured } from '../harness/record/record.ts';
import type { Stage, LaunchRecord, MeasuredRecord } from '../harness/record/record.ts';
import { summarizeLaunches } from '../harness/record/statistics.ts';
import type { Summary } from '../harness/record/statistics.ts';
import { MEDIANS } from './captions.ts';
import { poolCases } from './case.ts';
import type { ReportCase } from './case.ts';
import { settingCells, settingColumns } from './settings.ts';
import { figure, missing } from './table.ts';
import type { Cell, Column, Row, Table } from './table.ts';

/** One pass: a batch goes up, is evaluated, and comes down. */
export function latencyTable(records: readonly LaunchRecord[]): Table {
  return {
    title: 'Latency of one pass',
    caption: [
      MEDIANS,
      'One pass takes one batch through all stages. Per sample: evaluate divided by the batch; samples/s is its inverse. Both are amortised: no sample is ready before its batch.',
      'All code runs as WebAssembly or JavaScript: the order of rows is no ranking of native libraries.',
    ],
    columns: [
      ...settingColumns,
      { id: 'n', title: 'n', unit: 'count', weight: 'figure', sampled: false },
      stageColumn('evaluate', 'Evaluate', 'figure'),
      stageColumn('evaluate_per_sample', 'Evaluate per sample (amortised)', 'minor'),
      stageColumn('encrypt', 'Encrypt', 'minor'),
      stageColumn('decrypt', 'Decrypt', 'minor'),
      stageColumn('load', 'Load', 'minor'),
      stageColumn('store', 'Store', 'minor'),
      { id: 'samples', title: 'Samples/s (amortised)', unit: 'rate', weight: 'minor', sampled: true },
    ],
    rows: poolCases(records).map(passRow),
  };
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
      stageColumn('setup', 'Set-up', 'figure'),
      stageColumn('keygen', 'Key generation', 'figure'),
      stageColumn('encode_model', 'Encode model', 'figure'),
    ],
    rows: poolCases(records).map((reportCase) => {
      const { comparable } = reportCase;
      const cells = [...settingCells(reportCase), ...stages.map((stage) => stageCell(comparable, stage))];
      return { id: reportCase.id, n: comparable.length || null, cells };
    }),
  };
}

function afresh(records: readonly LaunchRecord[]): string {
  const reused = records.filter((record) => isMeasured(record) && record.keyCache === 'reused').length;
  if (reused === 0) return 'Each launch begins afresh, with new keys: n is the number of launches.';
  return `Each launch begins afresh: n is the number of launches. Keys are new but for ${reused} of ${records.length} launches, which took up those kept by --key-cache.`;
}

function stageColumn(id: string, title: string, weight: 'figure' | 'minor'): Column {
  return { id, title, unit: 'nanoseconds', weight, sampled: true };
}

function passRow(reportCase: ReportCase): Row {
  const { id, comparable } = reportCase;
  const evaluate = summaryOf(comparable, 'evaluate');
  const batch = comparable[0]?.batch ?? 1;
  const cells = [
    ...settingCells(reportCase),
    evaluate === null ? missing() : figure(evaluate.n),
    ...(evaluate === null
      ? [missing(), missing()]
      : [scaledCell(evaluate, (time_ns) => time_ns), scaledCell(evaluate, (time_ns) => time_ns / batch)]),
    ...(['encrypt', 'decrypt', 'load', 'store'] as const).map((stage) => stageCell(comparable, stage)),
    evaluate === null ? missing() : rateCell(evaluate, batch),
  ];
  return { id, n: evaluate?.n ?? null, cells };
}

function scaledCell({ median, n, interval }: Summary, scale: (time_ns: number) => number): Cell {
  return figure(scale(median), n, interval && { low: scale(interval.low), high: scale(interval.high) });
}

/** Samples per second; more time is a lower rate, so the ends of the interval change places. */
function rateCell({ median, n, interval }: Summary, batch: number): Cell {
  const rate = (time_ns: number) => (1e9 * batch) / time_ns;
  if (median === 0 || interval?.low === 0) return missing('below the step of the clock');
  return figure(rate(median), n, interval && { low: rate(interval.high), high: rate(interval.low) });
}

function stageCell(launches: readonly MeasuredRecord[], stage: Stage): Cell {
  const summary = summaryOf(launches, stage);
  return summary === null ? missing(launches[0]?.notes[`stages.${stage}`] ?? null) : scaledCell(summary, (time_ns) => time_ns);
}

/** null: no launch took samples of the stage. */
function summaryOf(launches: readonly MeasuredRecord[], stage: Stage): Summary | null {
  const samples = launches.flatMap(({ stages }) => (stages[stage] === null ? [] : [stages[stage].samples_ns]));
  return samples.length === 0 ? null : summarizeLaunches(samples);
}
