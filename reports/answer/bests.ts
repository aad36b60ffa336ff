/**
 * The best row of a network in each respect, among those that compare, and how far behind the next scheme is.
 *
 * @module
 */
import { batchTimes_ns, SERVER_STAGES } from '../../harness/record/batch-times.ts';
import { wilsonInterval, type Interval } from '../../harness/record/statistics.ts';
import { summarizeOnce } from '../summarize-once.ts';
import { conversionOf } from '../conversion/conversion.ts';
import type { Unit } from '../table.ts';
import type { Candidate } from './candidate.ts';

export interface Best {
  /** `Latency of one image` */
  readonly respect: string;
  /** Of the row; of all that are equally good. */
  readonly name: string;
  readonly value: number;
  readonly interval: Interval | null;
  readonly unit: Unit;
  /** The best row of another scheme and its figure; null: there is none that is worse. */
  readonly next: { readonly name: string; readonly value: number } | null;
  /** How many times worse that is; null: a share has no such factor. */
  readonly factor: number | null;
}

interface Respect {
  readonly respect: string;
  readonly unit: Unit;
  /** null: not known of this row. */
  readonly read: (candidate: Candidate) => number | null;
  readonly intervalOf: (candidate: Candidate) => Interval | null;
  readonly among: (candidate: Candidate) => boolean;
  /** Whether more is better. */
  readonly more: boolean;
}

const always = (): true => true;
const none = (): null => null;

/** In the order of reading. `noun`: what the network takes in. */
export function bestsOf(candidates: readonly Candidate[], noun: string): readonly Best[] {
  const single = ({ batch }: Candidate): boolean => batch === 1;
  const respects: readonly Respect[] = [
    {
      ...{ respect: `Latency of one ${noun}`, unit: 'nanoseconds', read: ({ serverPerSample_ns }) => serverPerSample_ns },
      ...{ intervalOf: serverInterval, among: single, more: false },
    },
    {
      ...{ respect: `Throughput, ${noun}s a second`, unit: 'rate', read: ({ serverPerSample_ns }) => 1e9 / serverPerSample_ns },
      ...{ intervalOf: rateInterval, among: always, more: true },
    },
    {
      ...{ respect: `Traffic of one ${noun}`, unit: 'bytes', read: ({ traffic_bytes }) => traffic_bytes },
      ...{ intervalOf: none, among: single, more: false },
    },
    { respect: 'Keys', unit: 'bytes', read: ({ keys_bytes }) => keys_bytes, intervalOf: none, among: always, more: false },
    { respect: 'Memory of the server', unit: 'bytes', read: memoryOf, intervalOf: none, among: always, more: false },
    { respect: 'Accuracy', unit: 'share', read: accuracyOf, intervalOf: accuracyInterval, among: always, more: true },
  ];
  return respects.flatMap((respect) => bestIn(candidates.filter(respect.among), respect) ?? []);
}

function bestIn(candidates: readonly Candidate[], { respect, unit, read, intervalOf, more }: Respect): Best | null {
  const known = candidates.flatMap((candidate) => {
    const value = read(candidate);
    return value === null ? [] : [{ candidate, value }];
  });
  const ranked = known.toSorted((left, right) => (more ? right.value - left.value : left.value - right.value));
  const [first] = ranked;
  if (first === undefined) return null;
  const equal = ranked.filter(({ value }) => value === first.value);
  const other = ranked.find(
    ({ candidate, value }) => value !== first.value && !equal.some((one) => schemeOf(one.candidate) === schemeOf(candidate)),
  );
  const factor = other === undefined || unit === 'share' ? null : more ? first.value / other.value : other.value / first.value;
  return {
    ...{ respect, unit, name: [...new Set(equal.map(({ candidate }) => rowName(candidate)))].join('; ') },
    ...{ value: first.value, interval: intervalOf(first.candidate) },
    next: other === undefined ? null : { name: rowName(other.candidate), value: other.value },
    // Nothing is a multiple of no bytes.
    factor: factor !== null && Number.isFinite(factor) ? factor : null,
  };
}

function schemeOf({ reportCase }: Candidate): string {
  return reportCase.facts.scheme;
}

function rowName({ name, reportCase }: Candidate): string {
  return reportCase.facts.kernels === 'library' ? `${name}, library kernels` : name;
}

/** Of one sample. */
function serverInterval({ reportCase: { comparable }, batch }: Candidate): Interval | null {
  const { interval } = summarizeOnce(comparable.flatMap((launch) => [batchTimes_ns(launch, SERVER_STAGES) ?? []]));
  return interval === null ? null : { low: interval.low / batch, high: interval.high / batch };
}

function rateInterval(candidate: Candidate): Interval | null {
  const times = serverInterval(candidate);
  return times === null ? null : { low: 1e9 / times.high, high: 1e9 / times.low };
}

/** The most that any launch held. */
function memoryOf({ reportCase: { comparable } }: Candidate): number | null {
  const held = comparable.flatMap(({ memory: { evaluator } }) =>
    evaluator.reserved_bytes === null ? [] : [evaluator.reserved_bytes + (evaluator.buffers_bytes ?? 0)],
  );
  return held.length === 0 ? null : Math.max(...held);
}

function accuracyOf({ representative }: Candidate): number | null {
  return conversionOf(representative)?.planned ?? null;
}

function accuracyInterval({ representative }: Candidate): Interval | null {
  const conversion = conversionOf(representative);
  return conversion === null ? null : wilsonInterval(Math.round(conversion.planned * conversion.samples), conversion.samples);
}
