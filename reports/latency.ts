/**
 * How long an inference takes, and what is paid once before the first one.
 *
 * @module
 */
import type { Stage, LaunchRecord, MeasuredRecord } from '../harness/record.ts';
import { summarize } from '../harness/statistics.ts';
import type { Summary } from '../harness/statistics.ts';
import { poolCases } from './case.ts';
import type { ReportCase } from './case.ts';
import { settingCells, settingColumns } from './settings.ts';
import { figure, missing } from './table.ts';
import type { Cell, Column, Row, Table } from './table.ts';

const HOW_TO_READ = 'Median [95% bootstrap interval], none below n = 6. Launches of a case are pooled, their samples taken as independent.';

/** One pass: a batch goes up, is evaluated, and comes down. */
export function latencyTable(records: readonly LaunchRecord[]): Table {
  return {
    title: 'Latency of one pass',
    caption: [
      HOW_TO_READ,
      'One pass takes one batch through all stages. Per sample: evaluate divided by the batch; samples/s is its inverse. Both are amortised: no sample is ready before its batch.',
      'All code runs as WebAssembly or JavaScript: the order of rows is no ranking of native libraries.',
    ],
    columns: [
      ...settingColumns,
      { id: 'n', title: 'n', unit: 'count', weight: 'figure', sampled: false },
      stageColumn('evaluate', 'Evaluate', 'figure'),
      stageColumn('evaluate_per_sample', 'Evaluate per sample (amortised)', 'minor'),
      { id: 'samples', title: 'Samples/s (amortised)', unit: 'rate', weight: 'minor', sampled: true },
      stageColumn('encrypt', 'Encrypt', 'minor'),
      stageColumn('decrypt', 'Decrypt', 'minor'),
      stageColumn('load', 'Load', 'minor'),
      stageColumn('store', 'Store', 'minor'),
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
      `${HOW_TO_READ} Each launch begins afresh, with new keys: n is the number of launches.`,
      'Set-up loads the library and makes the client; encoding the model makes the evaluator from the keys and encodes the weights.',
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

function stageColumn(id: string, title: string, weight: 'figure' | 'minor'): Column {
  return { id, title, unit: 'nanoseconds', weight, sampled: true };
}

function passRow(reportCase: ReportCase): Row {
  const { id, comparable } = reportCase;
  const evaluate = summaryOf(comparable, 'evaluate');
  const stages = (['encrypt', 'decrypt', 'load', 'store'] as const).map((stage) => stageCell(comparable, stage));
  if (evaluate === null)
    return { id, n: null, cells: [...settingCells(reportCase), ...Array.from({ length: 4 }, () => missing()), ...stages] };
  const { n, median, interval } = evaluate;
  const { batch } = comparable[0]!;
  const perSecond = (time_ns: number) => (1e9 * batch) / time_ns;
  const figures = [
    figure(n),
    figure(median, n, interval),
    figure(median / batch, n, interval && { low: interval.low / batch, high: interval.high / batch }),
    // A zero would be a time below the clock's step.
    median > 0 && (interval === null || interval.low > 0)
      ? figure(perSecond(median), n, interval && { low: perSecond(interval.high), high: perSecond(interval.low) })
      : missing('too fast for the clock'),
  ];
  return { id, n, cells: [...settingCells(reportCase), ...figures, ...stages] };
}

function stageCell(launches: readonly MeasuredRecord[], stage: Stage): Cell {
  const summary = summaryOf(launches, stage);
  return summary === null ? missing(launches[0]?.notes[`stages.${stage}`] ?? null) : figure(summary.median, summary.n, summary.interval);
}

/** null: no launch took samples of the stage. */
function summaryOf(launches: readonly MeasuredRecord[], stage: Stage): Summary | null {
  const samples = launches.flatMap(({ stages }) => stages[stage]?.samples_ns ?? []);
  return samples.length === 0 ? null : summarize(samples);
}
