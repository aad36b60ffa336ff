/**
 * What a reader asks of a network, and the row that answers it.
 *
 * @module
 */
import { approximationsIn } from '../conversion/activations.ts';
import type { Candidate } from './candidate.ts';

/** What of a row its rank depends on: measured, or predicted. */
export interface Rankable extends Pick<Candidate, 'name' | 'batch' | 'serverPerSample_ns' | 'traffic_bytes' | 'isExact' | 'hasTables'> {
  readonly representative: { readonly data: string };
}

export interface Ranked<Row extends Rankable = Candidate> {
  /** `one image`, `4,096 at once`, `exact`, `true relu` */
  readonly question: string;
  readonly candidate: Row;
}

/**
 * The least Server for each question that has an answer, in the order of reading. A row that has answered an earlier question is not
 * repeated: whether results are exact stands in every row.
 */
export function rank<Row extends Rankable>(candidates: readonly Row[], noun: string): readonly Ranked<Row>[] {
  const single = candidates.filter(({ batch }) => batch === 1);
  const exact = candidates.filter(({ isExact }) => isExact);
  const replaced = [
    ...new Set(candidates.flatMap(({ representative }) => approximationsIn(representative.data)).map((one) => one.activation)),
  ];
  const tables = replaced.length === 0 ? [] : candidates.filter(({ hasTables }) => hasTables);
  const asked: readonly (readonly [string, Row | undefined])[] = [
    [`one ${noun}`, fastest(single)],
    ['', fastest(candidates.filter(({ batch }) => batch > 1))],
    ['exact', fastest(singleFirst(exact))],
    [`true ${replaced.join(', ')}`, fastest(singleFirst(tables))],
  ];
  const ranked: Ranked<Row>[] = [];
  for (const [question, candidate] of asked) {
    if (candidate === undefined || ranked.some((earlier) => earlier.candidate === candidate)) continue;
    if (question === '' && !isFasterThanAll(candidate, single)) continue;
    ranked.push({ question: [question, batchWords(candidate)].filter((words) => words !== '').join(', '), candidate });
  }
  return ranked;
}

/** Of one sample, keys apart: a batch of many has to be filled first. */
export function leastTraffic<Row extends Rankable>(candidates: readonly Row[]): Row | null {
  const single = candidates.filter(({ batch }) => batch === 1);
  return single.toSorted((left, right) => left.traffic_bytes - right.traffic_bytes)[0] ?? null;
}

function fastest<Row extends Rankable>(candidates: readonly Row[]): Row | undefined {
  return candidates.toSorted((left, right) => left.serverPerSample_ns - right.serverPerSample_ns)[0];
}

/** Who has one sample does not fill a batch. */
function singleFirst<Row extends Rankable>(candidates: readonly Row[]): readonly Row[] {
  const single = candidates.filter(({ batch }) => batch === 1);
  return single.length > 0 ? single : candidates;
}

function isFasterThanAll({ serverPerSample_ns }: Rankable, others: readonly Rankable[]): boolean {
  return others.every((other) => serverPerSample_ns < other.serverPerSample_ns);
}

function batchWords({ batch }: Rankable): string {
  return batch === 1 ? '' : `${batch.toLocaleString('en-US')} at once`;
}
