/**
 * Launches of one case, pooled: every table has one row per case.
 *
 * @module
 */
import { isMeasured } from '../harness/record/record.ts';
import { ringDimensionOf } from '../harness/record/ring-dimension.ts';
import type { LaunchRecord, MeasuredRecord, State } from '../harness/record/record.ts';

export interface ReportCase {
  readonly id: string;
  /** What all launches share. */
  readonly facts: LaunchRecord;
  /** One incorrect launch makes the case incorrect; launches without a result count only where there is nothing else. */
  readonly state: State;
  /** Why the state is not completed, or which launches are missing from the figures; null: nothing to say. */
  readonly note: string | null;
  /** In order. */
  readonly launches: readonly LaunchRecord[];
  /** Launches of a network that ran to their end, right or wrong. */
  readonly measured: readonly MeasuredRecord[];
  /** Launches whose times, sizes and memory may be printed: those of a case that is completed, and none of the oracle. */
  readonly comparable: readonly MeasuredRecord[];
}

/** The cleartext adapter interprets circuits to check results: what that takes is neither the cost of a scheme nor a baseline. */
export function isOracle({ schemeName, replaced }: LaunchRecord): boolean {
  return schemeName === 'clear' && replaced !== true;
}

/** Of security: below it a row is for tests only. */
const LEAST_BITS = 128;

/** Whether a set is for tests only, no result. `bits` null: nothing is known of them. */
export function isInsecure({ id }: NonNullable<LaunchRecord['parameters']>, bits: number | null): boolean {
  return id.startsWith('insecure-') || (bits !== null && bits < LEAST_BITS);
}

/** `128 by the guidelines, and a sparse ephemeral key outside them`: never the bits alone where they are not all that keys rest on. */
export function securityWords(bits: number | null, assumption: string): string {
  return `${bits ?? 0} by the guidelines, and ${assumption}`;
}

const BY_SEVERITY: readonly State[] = ['incorrect', 'completed', 'failed', 'timeout', 'unsupported'];

/** Trainings answer other questions than networks, and have tables of their own. */
const isTraining = ({ layout }: LaunchRecord): boolean => layout === 'diagonals';

/** Cases of networks in the order of the tables: rows that answer the same question stand together. */
export function poolCases(records: readonly LaunchRecord[]): ReportCase[] {
  return poolAll(records.filter((record) => record.layout !== null && !isTraining(record)));
}

/** Cases of single operations: whatever became of their launches, they have no layout. */
export function poolPrimitives(records: readonly LaunchRecord[]): ReportCase[] {
  return poolAll(records.filter(({ layout }) => layout === null));
}

/** Cases of trainings, whatever became of their launches. */
export function poolTrainings(records: readonly LaunchRecord[]): ReportCase[] {
  return poolAll(records.filter(isTraining));
}

function poolAll(records: readonly LaunchRecord[]): ReportCase[] {
  // The id does not name the encryption, and ciphertexts of the two are not alike.
  const byCase = Map.groupBy(records, (record) => `${record.id} ${record.encryption}`);
  return [...byCase.values()].map(poolLaunches).sort((left, right) => compareKeys(sortKey(left), sortKey(right)));
}

function poolLaunches(unordered: readonly LaunchRecord[]): ReportCase {
  const launches = unordered.toSorted((left, right) => left.launch - right.launch || left.order - right.order);
  const measured = launches.filter(isMeasured);
  const state = BY_SEVERITY.find((candidate) => launches.some((launch) => launch.state === candidate))!;
  const facts = launches.find((launch) => launch.state === state)!;
  return {
    id: facts.id,
    facts,
    state,
    note: noteOf(launches),
    launches,
    measured,
    comparable: state === 'completed' && !isOracle(facts) ? measured : [],
  };
}

/** `CODE: message` of every distinct error, with the launches it met where others fared better. */
function noteOf(launches: readonly LaunchRecord[]): string | null {
  const errors = launches.flatMap((launch) => (launch.state === 'completed' ? [] : [{ state: launch.state, ...launch.error }]));
  const distinct = Map.groupBy(errors, ({ state, code, message }) => `${state}: ${code}: ${message}`);
  const notes = [...distinct].map(([wording, same]) =>
    same.length === launches.length ? wording : `${same.length} of ${launches.length} launches ${wording}`,
  );
  const repeated = launches.filter(({ attempt }) => attempt !== undefined).length;
  if (repeated > 0) notes.push(`${repeated} of ${launches.length} launches repeated after one without a result`);
  return notes.length === 0 ? null : notes.join('; ');
}

function sortKey({ facts }: ReportCase): readonly string[] {
  const parameters = facts.parameters?.id ?? '';
  const degree = String(degreeOf(facts) ?? '');
  const { group, workload, layout, schemeName, scheme, kernels, threads, encryption, id } = facts;
  return [group, workload, layout ?? '', schemeName, scheme, degree, parameters, kernels, String(threads), encryption, id];
}

/** Ring dimension of the parameters; null: they have none, or there are none. */
export function degreeOf({ parameters }: LaunchRecord): number | null {
  return parameters === null ? null : ringDimensionOf(parameters);
}

/** For a table: the adapter's id, and whether it is not Enigmark's. */
export function schemeOf({ scheme, replaced }: LaunchRecord): string {
  return replaced === true ? `${scheme} (replaced)` : scheme;
}

/** Numbers inside names count as numbers: dense-64 before dense-256. */
const collator = new Intl.Collator('en', { numeric: true });

function compareKeys(left: readonly string[], right: readonly string[]): number {
  for (const [index, key] of left.entries()) {
    const order = collator.compare(key, right[index]!);
    if (order !== 0) return order;
  }
  return 0;
}
