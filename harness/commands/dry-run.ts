/**
 * `bench --dry-run`: plans every case in a launch process and prints what the schemes predict.
 *
 * @module
 */
import { adviceOf } from '../../reports/answer/advice.ts';
import { answerLines, MOST_WIDTH } from '../../reports/answer/lines.ts';
import { predictedAnswers } from '../../reports/answer/predicted.ts';
import { figure, missing, text, type Cell, type Column, type Table } from '../../reports/table.ts';
import { renderTerminal } from '../../reports/formats/terminal.ts';
import { wrap } from '../../reports/formats/text-lines.ts';
import { EXIT, exitCodeOfRecords } from '../terminal/exit-code.ts';
import type { Forecast } from '../launch/messages.ts';
import type { LeftOut } from '../run/matrix.ts';
import type { Progress } from '../terminal/progress.ts';
import { printableJson } from '../record/printable.ts';
import type { LaunchRecord } from '../record/record.ts';
import { runLaunches, type RunPlan } from '../run/run.ts';
import type { Outcome } from '../run/runner.ts';
import { terminalStyle } from '../terminal/style.ts';

type Row = Forecast | LeftOut;

/** Returns the exit code. */
export async function dryRun(
  plan: RunPlan,
  leftOut: readonly LeftOut[],
  json: boolean,
  progress: Progress,
  signal: AbortSignal,
): Promise<number> {
  progress.line(`Planning ${plan.launches.length} cases; nothing is measured`);
  const rows: Row[] = [...leftOut];
  const records: LaunchRecord[] = [];
  await runLaunches(plan, [], progress, signal, ({ case: { id } }, outcome) => {
    rows.push(rowOf(id, outcome));
    if (outcome.kind === 'record') records.push(outcome.record);
  });
  process.stdout.write(json ? rows.map((row) => `${printableJson(row)}\n`).join('') : renderRows(rows));
  return signal.aborted ? EXIT.interrupted : exitCodeOfRecords(records);
}

/** The table, and the answer last. */
function renderRows(rows: readonly Row[]): string {
  const style = terminalStyle(process.stdout);
  const planned = rows.flatMap((row) => ('reason' in row ? [] : [row]));
  const absent = rows.flatMap((row) => ('reason' in row ? [row] : []));
  const reasons = absent.map(({ id, reason }) => ({ id, reason: reason.replace(/^unsupported: /, '') }));
  const answers = predictedAnswers(planned, reasons);
  const advice = answers.flatMap((answer) => [
    ...wrap(`${answer.workload}: ${adviceOf(answer)}`, Math.min(style.width, MOST_WIDTH), ''),
    '',
  ]);
  const lines = answerLines(answers, style.width);
  return [renderTerminal(table(rows), style), ...(lines.length === 0 ? [] : ['Answer (predicted):', ...advice, ...lines, ''])].join('\n');
}

function rowOf(id: string, outcome: Exclude<Outcome, { kind: 'interrupted' }>): Row {
  if (outcome.kind === 'forecast') return outcome.forecast;
  if (outcome.kind === 'leftOut') return { id, reason: outcome.reason };
  const { record } = outcome;
  return { id, reason: 'error' in record ? `${record.state}: ${record.error.message}` : record.state };
}

const columns: readonly Column[] = [
  { id: 'case', title: 'Case', unit: null, weight: 'key', sampled: false },
  { id: 'parameters', title: 'Parameters', unit: null, weight: 'key', sampled: false },
  { id: 'batch', title: 'Batch', unit: 'count', weight: 'figure', sampled: false },
  { id: 'depth', title: 'Depth', unit: 'count', weight: 'figure', sampled: false },
  { id: 'bootstraps', title: 'Bootstraps', unit: 'count', weight: 'figure', sampled: false },
  { id: 'failure', title: 'Failure probability', unit: 'log2', weight: 'figure', sampled: false },
  { id: 'evaluate', title: 'Evaluate', unit: 'nanoseconds', weight: 'figure', sampled: false },
  { id: 'memory', title: 'Evaluator memory', unit: 'bytes', weight: 'figure', sampled: false },
  { id: 'keys', title: 'Keys', unit: 'bytes', weight: 'figure', sampled: false },
  { id: 'input', title: 'Input', unit: 'bytes', weight: 'figure', sampled: false },
  { id: 'output', title: 'Output', unit: 'bytes', weight: 'figure', sampled: false },
];

function table(rows: readonly Row[]): Table {
  return {
    title: 'Predictions',
    caption: ['Of one batch, on one thread of the machine that the cost tables were measured on. Nothing here was measured now.'],
    columns,
    rows: rows.map((row) => ({ id: row.id, n: null, cells: 'reason' in row ? refusedCells(row) : forecastCells(row) })),
  };
}

function forecastCells(forecast: Forecast): Cell[] {
  const { id, parameters, batch, depth, operations, failureProbability_log2, evaluate_ns, peak_bytes, bytes } = forecast;
  const keys_bytes = Object.values(bytes.keys).reduce((sum, size) => sum + size, 0);
  return [
    text(id),
    text(parameters.id),
    figure(batch),
    figure(depth),
    operations['bootstrap'] === undefined ? missing('the plan has none') : figure(operations['bootstrap']),
    failureProbability_log2 === null ? missing('none modelled') : figure(failureProbability_log2),
    evaluate_ns === null ? missing('the scheme has no cost table') : figure(evaluate_ns),
    figure(peak_bytes),
    figure(keys_bytes),
    figure(bytes.input),
    figure(bytes.output),
  ];
}

function refusedCells({ id, reason }: LeftOut): Cell[] {
  return [text(id, reason), ...columns.slice(1).map(() => missing())];
}
