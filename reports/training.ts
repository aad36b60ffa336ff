/**
 * Trainings on encrypted data: what an update costs, and what was learned, epoch by epoch, beside the same training in the clear.
 *
 * @module
 */
import { isOfTraining } from '../harness/record/record.ts';
import type { LaunchRecord, TrainingRecord } from '../harness/record/record.ts';
import { poolTrainings, schemeOf, type ReportCase } from './case.ts';
import { sampledCell } from './sampled-cell.ts';
import { kernelsCell, parametersCell } from './settings.ts';
import { figure, missing, text, type Cell, type Column, type Row, type Table } from './table.ts';

export type Epoch = TrainingRecord['training']['history'][number];

const settings: readonly Column[] = [
  { id: 'workload', title: 'Training', unit: null, weight: 'key', sampled: false },
  { id: 'scheme', title: 'Scheme', unit: null, weight: 'key', sampled: false },
  { id: 'parameters', title: 'Parameters', unit: null, weight: 'detail', sampled: false },
  { id: 'kernels', title: 'Kernels', unit: null, weight: 'setting', sampled: false },
  { id: 'threads', title: 'Threads', unit: 'count', weight: 'setting', sampled: false },
];

const figures: readonly Column[] = [
  { id: 'state', title: 'State', unit: null, weight: 'setting', sampled: false },
  { id: 'interactive', title: 'Interactive', unit: null, weight: 'setting', sampled: false },
  { id: 'rounds', title: 'Rounds', unit: 'count', weight: 'detail', sampled: false },
  { id: 'updates', title: 'Updates per refresh', unit: 'count', weight: 'figure', sampled: false },
  { id: 'batch', title: 'Batch', unit: 'count', weight: 'detail', sampled: false },
  { id: 'server', title: 'Server per update', unit: 'nanoseconds', weight: 'figure', sampled: true },
  { id: 'client', title: 'Client per update', unit: 'nanoseconds', weight: 'figure', sampled: true },
  { id: 'up', title: 'Up', unit: 'bytes', weight: 'figure', sampled: false },
  { id: 'down', title: 'Down', unit: 'bytes', weight: 'figure', sampled: false },
  { id: 'samples', title: 'Samples, once', unit: 'bytes', weight: 'minor', sampled: false },
  { id: 'gradient_error', title: 'Gradient error', unit: 'error', weight: 'figure', sampled: false },
  { id: 'weights', title: 'Weights off', unit: 'error', weight: 'figure', sampled: false },
  { id: 'held_out', title: 'Held out', unit: 'share', weight: 'figure', sampled: false },
  { id: 'held_out_polynomial', title: 'Float, polynomial', unit: 'share', weight: 'figure', sampled: false },
  { id: 'held_out_sigmoid', title: 'Float, sigmoid', unit: 'share', weight: 'figure', sampled: false },
  { id: 'discordant', title: 'Discordant', unit: 'count', weight: 'figure', sampled: false },
  { id: 'overflows', title: 'Overflows', unit: 'count', weight: 'minor', sampled: false },
];

const CAPTION = [
  'After each update, or after several, the owner of the data decrypts a gradient, takes the step and sends weights: the row is interactive. No row is ranked, and none compares with trainings that never ask the client.',
  'Server: load, evaluate and store of one update, of several between two refreshes their mean; client: encrypt, decrypt and step; up and down: bytes of one refresh. Gradient error: 2-norm beside the float gradient at the same weights, median of the updates whose gradient is decrypted. Weights off: at the end, from the same algorithm in float. Discordant: held-out samples that both classify differently. Overflows: scores outside the interval of the polynomial, counted in the clear. Float, polynomial: the same algorithm in float; float, sigmoid: the ordinary training, of networks with ReLU and softmax.',
];

/** One row for each training, of what it was in the end. */
export function trainingTable(records: readonly LaunchRecord[]): Table {
  return { title: 'Training', caption: CAPTION, columns: [...settings, ...figures], rows: poolTrainings(records).map(trainingRow) };
}

function settingCells({ facts }: ReportCase, first: TrainingRecord | undefined): Cell[] {
  return [
    text(facts.workload),
    text(schemeOf(facts)),
    parametersCell(facts.parameters, first?.security ?? null),
    kernelsCell(facts.kernels, first?.path ?? null),
    figure(facts.threads),
  ];
}

function trainingRow(reportCase: ReportCase): Row {
  const { id, state, note } = reportCase;
  const launches = reportCase.launches.filter(isOfTraining);
  const [first] = launches;
  const begun = [...settingCells(reportCase, first), text(state, note)];
  if (first === undefined) return { id, n: null, cells: [...begun, ...figures.slice(1).map(() => missing())] };
  const times = (of: (epoch: Epoch) => readonly number[]): Cell =>
    state === 'completed' ? sampledCell(launches.map(({ training }) => training.history.flatMap(of))) : missing();
  const { training } = first;
  const last = training.history.at(-1)!;
  return {
    id,
    n: launches.length,
    cells: [
      ...begun,
      text(first.interactive ? 'yes' : 'no', training.learns),
      figure(training.rounds),
      figure(training.updatesPerRefresh ?? 1),
      figure(training.batch),
      times(({ server_ns }) => server_ns),
      times(({ client_ns }) => client_ns),
      figure(training.refresh.up_bytes),
      figure(training.refresh.down_bytes),
      figure(training.samples_bytes),
      figure(middle(training.history.flatMap(({ gradientError }) => gradientError))),
      figure(last.weightDistance),
      figure(last.heldOut.encrypted),
      figure(last.heldOut.polynomial),
      figure(last.heldOut.sigmoid),
      figure(last.discordant),
      figure(training.history.reduce((sum, { overflows }) => sum + overflows, 0)),
    ],
  };
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

const QUALITIES = { loss: 'Loss', training: 'Training accuracy', held_out: 'Held-out accuracy' } as const;

const epochColumns: readonly Column[] = [
  { id: 'epoch', title: 'Epoch', unit: 'count', weight: 'key', sampled: false },
  ...(['loss', 'training', 'held_out'] as const).flatMap((of) =>
    (['encrypted', 'polynomial', 'sigmoid'] as const).map((by): Column => ({
      id: `${of}_${by}`,
      title: `${QUALITIES[of]}, ${by === 'encrypted' ? by : `float ${by}`}`,
      unit: of === 'loss' ? 'error' : 'share',
      weight: 'figure',
      sampled: false,
    })),
  ),
  { id: 'gradient_error', title: 'Gradient error', unit: 'error', weight: 'figure', sampled: false },
  { id: 'weights', title: 'Weights off', unit: 'error', weight: 'figure', sampled: false },
  { id: 'discordant', title: 'Discordant', unit: 'count', weight: 'figure', sampled: false },
  { id: 'largest_score', title: 'Largest score', unit: 'error', weight: 'minor', sampled: false },
  { id: 'overflows', title: 'Overflows', unit: 'count', weight: 'minor', sampled: false },
];

/** Every epoch of the first launch of each training, also of one that did not come to its end. */
export function epochsTable(records: readonly LaunchRecord[]): Table {
  const rows = poolTrainings(records).flatMap((reportCase) => {
    const [first] = reportCase.launches;
    const history = first === undefined ? [] : historyOf(first);
    const trained = reportCase.launches.find(isOfTraining);
    return history.map((epoch) => ({
      id: reportCase.id,
      n: epoch.server_ns.length,
      cells: [...settingCells(reportCase, trained), ...epochCells(epoch)],
    }));
  });
  return {
    title: 'Epochs of trainings',
    caption: [
      "Of the first launch of each training. Loss, of logistic regression: mean cross-entropy of the training samples in nats, by the true sigmoid, whatever the training used; of layers with several outputs: mean squared distance from the label's unit vector. Float polynomial: the same algorithm and order of samples without encryption; float sigmoid: the ordinary run, of networks with ReLU and softmax.",
    ],
    columns: [...settings, ...epochColumns],
    rows,
  };
}

/** Epochs that were done, also of a launch that did not come to its end; none of what is no training. */
export function historyOf(record: LaunchRecord): readonly Epoch[] {
  if (isOfTraining(record)) return record.training.history;
  return 'epochs' in record ? (record.epochs ?? []) : [];
}

function epochCells(epoch: Epoch): Cell[] {
  const { loss, training, heldOut } = epoch;
  return [
    figure(epoch.epoch),
    ...[loss, training, heldOut].flatMap(({ encrypted, polynomial, sigmoid }) => [figure(encrypted), figure(polynomial), figure(sigmoid)]),
    figure(middle(epoch.gradientError)),
    figure(epoch.weightDistance),
    figure(epoch.discordant),
    figure(epoch.largestScore),
    figure(epoch.overflows),
  ];
}
