/**
 * Whether the encrypted network still answers as the planned one does, and the planned one as the float one.
 *
 * @module
 */
import type { LaunchRecord, MeasuredRecord } from '../harness/record/record.ts';
import { wilsonInterval } from '../harness/record/statistics.ts';
import { poolCases } from './case.ts';
import type { ReportCase } from './case.ts';
import { settingCells, settingColumns } from './settings.ts';
import { figure, missing, text } from './table.ts';
import type { Cell, Column, Table } from './table.ts';

type Accuracy = NonNullable<MeasuredRecord['accuracy']>;
type HeldOut = NonNullable<Accuracy['heldOut']>;

export function accuracyTable(records: readonly LaunchRecord[]): Table {
  const cases = poolCases(records);
  return {
    title: 'Accuracy',
    caption: [
      'Float and planned: share of right classes over all samples of the data, n of them, encrypted or not; both networks in the clear. They are compared in pairs: samples that only one of them gets right, and the exact p-value of McNemar, how likely so uneven a split is where both are equally good.',
      'Encrypted: over the samples that were encrypted, whose number stands beside. Agreement: of those, how many get the same class encrypted and planned. Shares with their 95% Wilson interval.',
      'Planned against float: the largest difference of their outputs over all samples, its root mean square, and R2, the share of the variance of the float outputs that the planned ones meet. Worst found: the largest difference at corners of the interval of inputs, which a search in the clear tried. Right outputs, where they are known: R2 of both networks against them.',
      'Encrypted against planned: the largest difference of the decrypted outputs from the planned ones. Precision is counted in the output range: the largest absolute output of the float network, the same under every scheme and in every layout; real outputs have to keep 6 bits of it.',
      'Of several launches on the same samples: shares of the one with most samples and fewest agreements, the largest error, the lowest precision.',
      ...rangeLines(cases),
      ...dataLines(cases),
    ],
    columns: [
      ...settingColumns,
      { id: 'n', title: 'n', unit: 'count', weight: 'figure', sampled: false },
      shareColumn('float', 'Float'),
      shareColumn('planned', 'Planned'),
      { id: 'only_float', title: 'Only float right', unit: 'count', weight: 'detail', sampled: false },
      { id: 'only_planned', title: 'Only planned right', unit: 'count', weight: 'detail', sampled: false },
      { id: 'mcnemar_p', title: 'p (McNemar)', unit: 'probability', weight: 'detail', sampled: false },
      { id: 'agreement', title: 'Agreement', unit: 'tally', weight: 'figure', sampled: true },
      shareColumn('encrypted', 'Encrypted'),
      { id: 'planned_error', title: 'Planned against float', unit: 'error', weight: 'detail', sampled: false },
      { id: 'planned_rms', title: 'RMS', unit: 'error', weight: 'minor', sampled: false },
      { id: 'planned_r2', title: 'R2', unit: 'share', weight: 'detail', sampled: false },
      { id: 'worst_found', title: 'Worst found', unit: 'error', weight: 'minor', sampled: false },
      { id: 'float_r2', title: 'R2 of float', unit: 'share', weight: 'minor', sampled: false },
      { id: 'right_r2', title: 'R2 of planned', unit: 'share', weight: 'minor', sampled: false },
      { id: 'max_abs_error', title: 'Encrypted against planned', unit: 'error', weight: 'detail', sampled: false },
      { id: 'output_range', title: 'Output range', unit: 'error', weight: 'minor', sampled: false },
      { id: 'precision', title: 'Precision (bits)', unit: 'bits', weight: 'figure', sampled: false },
      { id: 'bound', title: 'Bound', unit: null, weight: 'setting', sampled: false },
      { id: 'failure', title: 'Failure probability', unit: 'log2', weight: 'detail', sampled: false },
    ],
    rows: cases.map((reportCase) => {
      const { id, measured } = reportCase;
      const compared = measured.filter((record) => record.accuracy !== null);
      const representative = worstLaunch(compared);
      const first = measured[0];
      return {
        id,
        n: representative?.accuracy?.heldOut?.samples ?? representative?.accuracy?.samples ?? null,
        cells: [
          ...settingCells(reportCase),
          ...(representative === null ? unknownCells(first) : accuracyCells(representative, compared)),
          first === undefined ? missing() : text(first.bound),
          first === undefined ? missing() : failureCell(first),
        ],
      };
    }),
  };
}

/** Which data and split: each wording once, with the workloads that it holds for. */
function dataLines(cases: readonly ReportCase[]): string[] {
  const byData = Map.groupBy(
    cases.flatMap(({ measured }) => measured),
    ({ data }) => data.replace(/\.$/, ''),
  );
  return [...byData].map(([data, records]) => `Data of ${[...new Set(records.map(({ workload }) => workload))].join(', ')}: ${data}.`);
}

/** Where output ranges were looked at: each wording once, with the workloads that it holds for. */
function rangeLines(cases: readonly ReportCase[]): string[] {
  const bySource = Map.groupBy(
    cases.flatMap(({ measured }) => measured.filter(({ accuracy }) => accuracy !== null)),
    ({ accuracy }) => accuracy!.outputRangeSource,
  );
  return [...bySource].map(
    ([source, records]) => `Output range of ${[...new Set(records.map(({ workload }) => workload))].join(', ')}: ${source}.`,
  );
}

function shareColumn(id: string, title: string): Column {
  return { id, title, unit: 'share', weight: 'figure', sampled: true };
}

/** The launch whose shares are printed: most samples, then fewest agreements. */
export function worstLaunch(compared: readonly MeasuredRecord[]): MeasuredRecord | null {
  const rank = ({ accuracy }: MeasuredRecord) => [-(accuracy?.samples ?? 0), accuracy?.agreement ?? 0, accuracy?.encrypted ?? 0];
  const order = (left: readonly number[], right: readonly number[]) =>
    left.map((value, index) => value - right[index]!).find((difference) => difference !== 0) ?? 0;
  return compared.toSorted((left, right) => order(rank(left), rank(right)))[0] ?? null;
}

function accuracyCells({ accuracy, notes }: MeasuredRecord, compared: readonly MeasuredRecord[]): Cell[] {
  const { samples, heldOut, outputRange } = accuracy!;
  const unknown = (field: keyof Accuracy) => missing(notes[`accuracy.${field}`] ?? null);
  const share = (field: 'encrypted' | 'agreement') => {
    const value = accuracy![field];
    return value === null ? unknown(field) : shareCell(value, samples);
  };
  const all = compared.map((record) => record.accuracy!);
  const errors = all.flatMap(({ maxAbsError }) => maxAbsError ?? []);
  const precisions = all.flatMap((each) => (each.maxAbsError === 0 ? Infinity : (each.precision_bits ?? [])));
  return [
    figure(heldOut?.samples ?? samples),
    ...(heldOut === null ? Array.from({ length: 5 }, () => unknown('heldOut')) : heldOutCells(heldOut, notes)),
    share('agreement'),
    share('encrypted'),
    ...planningCells(accuracy!),
    errors.length === 0 ? unknown('maxAbsError') : figure(Math.max(...errors)),
    figure(outputRange),
    precisions.length === 0 ? unknown('precision_bits') : figure(Math.min(...precisions)),
  ];
}

function heldOutCells(heldOut: HeldOut, notes: MeasuredRecord['notes']): Cell[] {
  const plain = (field: 'onlyFloat' | 'onlyPlanned' | 'p') => {
    const value = heldOut[field];
    return value === null ? missing(notes[`accuracy.heldOut.${field}`] ?? null) : figure(value);
  };
  const { float, planned, samples } = heldOut;
  return [shareCell(float, samples), shareCell(planned, samples), plain('onlyFloat'), plain('onlyPlanned'), plain('p')];
}

function planningCells({ planning, worstCase, regression }: Accuracy): Cell[] {
  const cell = (value: number | null | undefined, why: string): Cell => (value == null ? missing(why) : figure(value));
  const earlier = 'not compared by the version that recorded it';
  return [
    cell(planning?.largest, earlier),
    cell(planning?.rms, earlier),
    cell(planning?.r2, planning === undefined ? earlier : 'the float outputs do not vary'),
    cell(worstCase?.error, 'no search was made'),
    cell(regression?.float.r2, 'no right outputs are known'),
    cell(regression?.planned.r2, 'no right outputs are known'),
  ];
}

function shareCell(share: number, n: number): Cell {
  return figure(share, n, wilsonInterval(Math.round(share * n), n));
}

/** For a launch without a comparison, or no launch at all. */
function unknownCells(first: MeasuredRecord | undefined): Cell[] {
  return Array.from({ length: 17 }, () => missing(first?.notes['accuracy'] ?? null));
}

function failureCell({ failureProbability_log2, notes }: MeasuredRecord): Cell {
  return failureProbability_log2 === null ? missing(notes['failureProbability_log2'] ?? 'none modelled') : figure(failureProbability_log2);
}
