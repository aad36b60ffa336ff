/**
 * Cases of a run that differ in one size alone, and how their costs grow with it.
 *
 * @module
 */
import { batchTimes_ns, SERVER_STAGES } from '../../harness/record/batch-times.ts';
import type { LaunchRecord, MeasuredRecord } from '../../harness/record/record.ts';
import { summarizeOnce } from '../summarize-once.ts';
import { degreeOf, poolCases, type ReportCase } from '../case.ts';
import type { GrowthPoint } from './fit.ts';

export const COSTS = ['server', 'memory', 'keys', 'input'] as const;
export type Cost = (typeof COSTS)[number];

/** One scheme, layout and so on, over at least three sizes. */
export interface Growth {
  /** `width`, `depth`, `bits`, `batch`, `degree`, `threads`, `ring dimension` */
  readonly size: string;
  /** What is the same in all of its cases. */
  readonly first: ReportCase;
  /** What the size is of: a workload, or a family of them. */
  readonly family: string;
  /** In the order of the sizes. Server in nanoseconds of one sample, the others in bytes: memory of the evaluator, keys, input of a sample. */
  readonly points: Readonly<Record<Cost, readonly GrowthPoint[]>>;
}

const FEWEST_SIZES = 3;
/** The size of parameter sets, each of which has its own. */
export const RING = 'ring dimension';

/** Workloads whose ids end in their size. */
const FAMILIES: readonly (readonly [pattern: RegExp, size: string, family: string])[] = [
  [/^dense-(\d+)$/, 'width', 'dense'],
  [/^width-(\d+)$/, 'width', 'one dense layer'],
  [/^depth-(\d+)$/, 'depth', 'dense layers'],
  [/^bits-(\d+)$/, 'bits', 'one dense layer'],
  [/^batch-(\d+)$/, 'batch', 'one dense layer'],
  [/^activation-sigmoid-(\d+)$/, 'degree', 'activation-sigmoid'],
];

/** In the order of the tables. */
export function growthsOf(records: readonly LaunchRecord[]): readonly Growth[] {
  const cases = poolCases(records).filter(({ comparable }) => comparable.length > 0);
  const placed = cases.flatMap((reportCase) => placesOf(reportCase).map((place) => ({ ...place, reportCase })));
  const series = Map.groupBy(placed, ({ size, key }) => `${size} ${key}`);
  return [...series.values()].flatMap((same) => {
    const chosen = same[0]!.size === RING ? fastestOfEachSize(same) : same;
    const ordered = chosen.toSorted((left, right) => left.value - right.value);
    const sizes = new Set(ordered.map(({ value }) => value)).size;
    if (sizes < FEWEST_SIZES || sizes < ordered.length) return [];
    const { size, family, reportCase } = ordered[0]!;
    const points = (cost: Cost): readonly GrowthPoint[] =>
      ordered.flatMap(({ value, reportCase: { comparable } }) => {
        const amount = costOf(cost, comparable);
        return amount === null || amount <= 0 ? [] : [{ size: value, cost: amount }];
      });
    return [
      {
        size,
        family,
        first: reportCase,
        points: { server: points('server'), memory: points('memory'), keys: points('keys'), input: points('input') },
      },
    ];
  });
}

interface Place {
  readonly size: string;
  readonly family: string;
  readonly value: number;
  /** Equal in cases that differ in the size alone. */
  readonly key: string;
}

function placesOf({ facts, id }: ReportCase): readonly Place[] {
  const { scheme, workload, layout, kernels, threads, encryption } = facts;
  const asked = id.split('/').at(-4) ?? 'auto';
  const rest = (...parts: readonly (string | number)[]): string => [scheme, layout ?? '-', kernels, encryption, ...parts].join(' ');
  const ofFamily = FAMILIES.flatMap(([pattern, size, family]) => {
    const [, digits] = pattern.exec(workload) ?? [];
    return digits === undefined ? [] : [{ size, family, value: Number(digits), key: rest(family, threads, asked) }];
  });
  const degree = degreeOf(facts);
  return [
    ...ofFamily,
    { size: 'threads', family: workload, value: threads, key: rest(workload, asked) },
    // Only where sets were asked for: otherwise each plan takes the smallest that fits.
    ...(degree === null || asked === 'auto' ? [] : [{ size: RING, family: workload, value: degree, key: rest(workload, threads) }]),
  ];
}

/** A ring dimension may have several parameter sets: who chooses takes the one with the least server time. */
function fastestOfEachSize<P extends Place & { readonly reportCase: ReportCase }>(places: readonly P[]): readonly P[] {
  const time_ns = ({ reportCase }: P): number => costOf('server', reportCase.comparable) ?? Infinity;
  const bySize = Map.groupBy(places, ({ value }) => value);
  return [...bySize.values()].map((same) => same.reduce((best, other) => (time_ns(other) < time_ns(best) ? other : best)));
}

function costOf(cost: Cost, launches: readonly MeasuredRecord[]): number | null {
  const [first] = launches;
  if (first === undefined) return null;
  switch (cost) {
    case 'server': {
      const times = launches.flatMap((launch) => [batchTimes_ns(launch, SERVER_STAGES) ?? []]).filter(({ length }) => length > 0);
      return times.length === 0 ? null : summarizeOnce(times).median / first.batch;
    }
    case 'memory': {
      const held = launches.flatMap(({ memory: { evaluator } }) =>
        evaluator.reserved_bytes === null ? [] : [evaluator.reserved_bytes + (evaluator.buffers_bytes ?? 0)],
      );
      return held.length === 0 ? null : Math.max(...held);
    }
    case 'keys':
      return Object.values(first.bytes.keys).reduce((sum, size) => sum + size, 0);
    case 'input':
      return first.bytes.input / first.batch;
  }
}
