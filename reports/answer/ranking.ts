/**
 * What a reader asks of a network, and the row that answers it.
 *
 * @module
 */
import { approximationsIn } from '../conversion/activations.ts';
import type { Candidate } from './candidate.ts';

export interface Ranked {
  /** `one image`, `4,096 at once`, `exact`, `true relu` */
  readonly question: string;
  readonly candidate: Candidate;
}

/**
 * The least Server for each question that has an answer, in the order of reading. A row that has answered an earlier question is not
 * repeated: whether results are exact stands in every row.
 */
export function rank(candidates: readonly Candidate[], noun: string): readonly Ranked[] {
  const single = candidates.filter(({ batch }) => batch === 1);
  const exact = candidates.filter(({ isExact }) => isExact);
  const replaced = [
    ...new Set(candidates.flatMap(({ representative }) => approximationsIn(representative.data)).map((one) => one.activation)),
  ];
  const tables = replaced.length === 0 ? [] : candidates.filter(({ hasTables }) => hasTables);
  const asked: readonly (readonly [string, Candidate | undefined])[] = [
    [`one ${noun}`, fastest(single)],
    ['', fastest(candidates.filter(({ batch }) => batch > 1))],
    ['exact', fastest(singleFirst(exact))],
    [`true ${replaced.join(', ')}`, fastest(singleFirst(tables))],
  ];
  const ranked: Ranked[] = [];
  for (const [question, candidate] of asked) {
    if (candidate === undefined || ranked.some((earlier) => earlier.candidate === candidate)) continue;
    if (question === '' && !isFasterThanAll(candidate, single)) continue;
    ranked.push({ question: [question, batchWords(candidate)].filter((words) => words !== '').join(', '), candidate });
  }
  return ranked;
}

/** Of one sample, keys apart: a batch of many has to be filled first. */
export function leastTraffic(candidates: readonly Candidate[]): Candidate | null {
  const single = candidates.filter(({ batch }) => batch === 1);
  return single.toSorted((left, right) => left.traffic_bytes - right.traffic_bytes)[0] ?? null;
}

function fastest(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.toSorted((left, right) => left.serverPerSample_ns - right.serverPerSample_ns)[0];
}

/** Who has one sample does not fill a batch. */
function singleFirst(candidates: readonly Candidate[]): readonly Candidate[] {
  const single = candidates.filter(({ batch }) => batch === 1);
  return single.length > 0 ? single : candidates;
}

function isFasterThanAll({ serverPerSample_ns }: Candidate, others: readonly Candidate[]): boolean {
  return others.every((other) => serverPerSample_ns < other.serverPerSample_ns);
}

function batchWords({ batch }: Candidate): string {
  return batch === 1 ? '' : `${batch.toLocaleString('en-US')} at once`;
}
