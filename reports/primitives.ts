/**
 * What single operations cost, by scheme, parameter set and level.
 *
 * @module
 */
import { isOfPrimitives } from '../harness/record/record.ts';
import type { LaunchRecord, PrimitivesRecord } from '../harness/record/record.ts';
import { MEDIANS } from './captions.ts';
import { degreeOf, poolPrimitives, schemeOf } from './case.ts';
import type { ReportCase } from './case.ts';
import { sampledCell } from './sampled-cell.ts';
import { kernelsCell, parametersCell, securityCell } from './settings.ts';
import { figure, missing, text } from './table.ts';
import type { Cell, Column, Row, Table } from './table.ts';

const columns: readonly Column[] = [
  { id: 'scheme', title: 'Scheme', unit: null, weight: 'key', sampled: false },
  { id: 'parameters', title: 'Parameters', unit: null, weight: 'key', sampled: false },
  { id: 'degree', title: 'N', unit: 'count', weight: 'setting', sampled: false },
  { id: 'security', title: 'Security (bits)', unit: 'count', weight: 'setting', sampled: false },
  { id: 'kernels', title: 'Kernels', unit: null, weight: 'setting', sampled: false },
  { id: 'threads', title: 'Threads', unit: 'count', weight: 'setting', sampled: false },
  { id: 'operation', title: 'Operation', unit: null, weight: 'key', sampled: false },
  { id: 'level', title: 'Level', unit: 'count', weight: 'figure', sampled: false },
  { id: 'n', title: 'n', unit: 'count', weight: 'figure', sampled: false },
  { id: 'time', title: 'Time', unit: 'nanoseconds', weight: 'figure', sampled: true },
  { id: 'calls', title: 'Calls per sample', unit: 'count', weight: 'detail', sampled: false },
  { id: 'size', title: 'Makes', unit: 'bytes', weight: 'figure', sampled: false },
  { id: 'made_of', title: 'Made of', unit: null, weight: 'minor', sampled: false },
  { id: 'state', title: 'State', unit: null, weight: 'setting', sampled: false },
  { id: 'launches', title: 'Launches', unit: 'count', weight: 'detail', sampled: false },
];

const CAPTION = [
  `Of one call. ${MEDIANS} Each operation was checked by decryption before it was timed.`,
  'Level: primes (limbs) that the operands have; none for what has no level. Fold and affine are circuits, made of several operations at levels that their plan chooses.',
  'Makes: bytes of the result, as it is sent without compression. All code runs as WebAssembly or JavaScript: the order of rows is no ranking of native libraries.',
];
const ENDS_ONLY = 'Of operations with several levels only the highest and the lowest are shown here; all are in the report.';

/** Every level, and only the highest and lowest of each operation; null where no single operation was asked for. */
export function primitivesTables(records: readonly LaunchRecord[]): { readonly all: Table; readonly ends: Table } | null {
  const rows = poolPrimitives(records).flatMap(caseRows);
  if (rows.length === 0) return null;
  const table = { title: 'Single operations', caption: CAPTION, columns, rows: rows.map(({ row }) => row) };
  const ends = rows.filter(({ isEnd }) => isEnd).map(({ row }) => row);
  return { all: table, ends: ends.length === rows.length ? table : { ...table, caption: [...CAPTION, ENDS_ONLY], rows: ends } };
}

interface LevelRow {
  readonly row: Row;
  /** Highest or lowest level of its operation. */
  readonly isEnd: boolean;
}

/** One operation at one level, over the launches of a case. */
interface Pooled {
  readonly name: string;
  readonly level: number | null;
  readonly timed: PrimitivesRecord['primitives'];
  readonly untimed: PrimitivesRecord['untimed'];
}

function caseRows(reportCase: ReportCase): LevelRow[] {
  const launches = reportCase.launches.filter(isOfPrimitives);
  const settings = settingCells(reportCase, launches[0]);
  if (launches.length === 0) {
    const cells = [
      ...settings,
      ...columns.slice(settings.length).map(({ id }) => (id === 'state' ? text(reportCase.state, reportCase.note) : missing())),
    ];
    return [{ row: { id: reportCase.id, n: null, cells }, isEnd: true }];
  }
  // In the adapter's order of operations.
  const byName = Map.groupBy(pooled(launches), ({ name }) => name);
  return [...byName.values()].flatMap((levels) => {
    const descending = levels.toSorted((left, right) => (right.level ?? 0) - (left.level ?? 0));
    return descending.map((one, position) => ({
      row: operationRow(reportCase, settings, one, launches.length),
      isEnd: position === 0 || position === descending.length - 1,
    }));
  });
}

function pooled(launches: readonly PrimitivesRecord[]): Pooled[] {
  const entries = launches.flatMap(({ primitives, untimed }) => [
    ...primitives.map((timed) => ({ name: timed.name, level: timed.level, timed: [timed], untimed: [] })),
    ...untimed.map((one) => ({ name: one.name, level: one.level, timed: [], untimed: [one] })),
  ]);
  const byOperation = Map.groupBy(entries, ({ name, level }) => `${name} @ ${level}`);
  return [...byOperation.values()].map((same) => ({
    ...same[0]!,
    timed: same.flatMap(({ timed }) => timed),
    untimed: same.flatMap(({ untimed }) => untimed),
  }));
}

function settingCells({ facts }: ReportCase, first: PrimitivesRecord | undefined): Cell[] {
  const degree = degreeOf(facts);
  return [
    text(schemeOf(facts)),
    parametersCell(facts.parameters, first?.security ?? null),
    degree === null ? missing() : figure(degree),
    first === undefined ? missing() : securityCell(first.security),
    kernelsCell(facts.kernels, first?.path ?? null),
    figure(facts.threads),
  ];
}

/** An operation that was wrong in one launch has no time at all. */
function operationRow(
  { id, state, note }: ReportCase,
  settings: readonly Cell[],
  { name, level, timed, untimed }: Pooled,
  launches: number,
): Row {
  const samples = untimed.length === 0 ? timed.map(({ samples_ns }) => samples_ns) : [];
  const n = samples.flat().length;
  const first = timed[0];
  const counts = Object.entries(first?.operations ?? {});
  const levelCell = level === null ? missing() : figure(level);
  const figures =
    n === 0 || first === undefined
      ? [...Array.from({ length: 5 }, () => missing()), stateCell(untimed)]
      : [
          figure(n),
          sampledCell(samples),
          figure(Math.min(...timed.map(({ callsPerSample }) => callsPerSample))),
          first.bytes === null ? missing() : figure(first.bytes),
          counts.length === 0 ? missing() : text(counts.map(([operation, count]) => `${operation} ${count}`).join(', ')),
          // Of a completed case the note tells of launches that gave nothing.
          text('completed', state === 'completed' ? note : null),
        ];
  return { id, n: n || null, cells: [...settings, text(name), levelCell, ...figures, figure(launches)] };
}

function stateCell(untimed: Pooled['untimed']): Cell {
  const { state, reason } = untimed.find((one) => one.state === 'incorrect') ?? untimed[0]!;
  return text(state, reason);
}
