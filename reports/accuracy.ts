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

export function accuracyTable(records: readonly LaunchRecord[]): Table {
  const cases = poolCases(records);
  return {
    title: 'Accuracy',
    caption: [
      'n counts the distinct samples compared. Shares with their 95% Wilson interval; float and planned are of the same samples, in the clear.',
      'Agreement: encrypted and planned predict the same class. Error and precision compare the decrypted outputs with the planned ones.',
      'Of several launches on the same samples: shares of the one with most samples and fewest agreements, the largest error, the lowest precision.',
      ...dataLines(cases),
    ],
    columns: [
      ...settingColumns,
      { id: 'n', title: 'n', unit: 'count', weight: 'figure', sampled: false },
      shareColumn('float', 'Float', false),
      shareColumn('planned', 'Planned', false),
      shareColumn('encrypted', 'Encrypted', true),
      shareColumn('agreement', 'Agreement', true),
      { id: 'max_abs_error', title: 'Largest error', unit: 'error', weight: 'figure', sampled: false },
      { id: 'output_range', title: 'Output range', unit: 'error', weight: 'minor', sampled: false },
      { id: 'precision', title: 'Precision (bits)', unit: 'bits', weight: 'figure', sampled: false },
      { id: 'bound', title: 'Bound', unit: null, weight: 'setting', sampled: false },
      { id: 'failure', title: 'Failure probability', unit: 'log2', weight: 'detail', sampled: false },
    ],
    rows: cases.map((reportCase) => {
      const { id, measured } = reportCase;
      const compared = measured.filter((record) => record.accuracy !== null);
      const representative = worst(compared);
      const first = measured[0];
      return {
        id,
        n: representative?.accuracy?.samples ?? null,
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

function shareColumn(id: string, title: string, sampled: boolean): Column {
  return { id, title, unit: 'share', weight: 'figure', sampled };
}

/** The launch whose shares are printed: most samples, then fewest agreements. */
function worst(compared: readonly MeasuredRecord[]): MeasuredRecord | null {
  const rank = ({ accuracy }: MeasuredRecord) => [-(accuracy?.samples ?? 0), accuracy?.agreement ?? 0, accuracy?.encrypted ?? 0];
  const order = (left: readonly number[], right: readonly number[]) =>
    left.map((value, index) => value - right[index]!).find((difference) => difference !== 0) ?? 0;
  return compared.toSorted((left, right) => order(rank(left), rank(right)))[0] ?? null;
}

function accuracyCells({ accuracy, notes }: MeasuredRecord, compared: readonly MeasuredRecord[]): Cell[] {
  const { samples: n } = accuracy!;
  const unknown = (field: keyof Accuracy) => missing(notes[`accuracy.${field}`] ?? null);
  const plain = (field: 'float' | 'planned' | 'outputRange') => (accuracy![field] === null ? unknown(field) : figure(accuracy![field]));
  const share = (field: 'encrypted' | 'agreement') => {
    const value = accuracy![field];
    if (value === null) return unknown(field);
    return figure(value, n, wilsonInterval(Math.round(value * n), n));
  };
  const all = compared.map((record) => record.accuracy!);
  const errors = all.flatMap(({ maxAbsError }) => maxAbsError ?? []);
  const precisions = all.flatMap((each) => (each.maxAbsError === 0 ? Infinity : (each.precision_bits ?? [])));
  return [
    figure(n),
    plain('float'),
    plain('planned'),
    share('encrypted'),
    share('agreement'),
    errors.length === 0 ? unknown('maxAbsError') : figure(Math.max(...errors)),
    plain('outputRange'),
    precisions.length === 0 ? unknown('precision_bits') : figure(Math.min(...precisions)),
  ];
}

/** For a launch without a comparison, or no launch at all. */
function unknownCells(first: MeasuredRecord | undefined): Cell[] {
  return Array.from({ length: 8 }, () => missing(first?.notes['accuracy'] ?? null));
}

function failureCell({ failureProbability_log2, notes }: MeasuredRecord): Cell {
  return failureProbability_log2 === null ? missing(notes['failureProbability_log2'] ?? 'none modelled') : figure(failureProbability_log2);
}
