/**
 * A row that may be ranked beside others, or why it may not.
 *
 * @module
 */
import { CLIENT_STAGES, batchTimes_ns, SERVER_STAGES } from '../../harness/record/batch-times.ts';
import type { MeasuredRecord, Stage } from '../../harness/record/record.ts';
import { median } from '../../harness/record/statistics.ts';
import { worstLaunch } from '../accuracy.ts';
import { tableLayersIn } from '../conversion/activations.ts';
import { isInsecure, schemeOf, securityWords, type ReportCase } from '../case.ts';
import { conversionOf, LEAST_R2, pointsLost } from '../conversion/conversion.ts';
import { formatQuantity } from '../quantity.ts';

/**
 * The accuracy floor: percentage points of right classes that a ranked row may lose before anything is encrypted. A network that lost more is
 * another network, and its speed says nothing about yours.
 */
export const MOST_POINTS_LOST = 5;

/** Of networks without classes, behind their R2. */
export const OUTPUTS_LOST = `once converted; under ${LEAST_R2} outputs are others than yours, so not ranked`;

/** One completed case. Times are medians, of several launches the median of their medians. */
export interface Candidate {
  readonly reportCase: ReportCase;
  /** `CKKS packed` */
  readonly name: string;
  /** Samples in one pass. */
  readonly batch: number;
  /** Load, evaluate and store of one batch, divided by its samples. */
  readonly serverPerSample_ns: number;
  /** Encrypt and decrypt of one batch, divided by its samples; null: not timed with every batch. */
  readonly clientPerSample_ns: number | null;
  readonly keys_bytes: number;
  /** Up and down in one pass, keys apart. */
  readonly traffic_bytes: number;
  /** Times that the client waits for the server in one pass. */
  readonly rounds: number;
  /** Whether it takes part in between: compared with none that it does not. */
  readonly isInteractive: boolean;
  /** Whole numbers, all of them equal to the planned network's. */
  readonly isExact: boolean;
  /** Whether activations are looked up, not replaced. */
  readonly hasTables: boolean;
  /** The launch whose accuracy is printed: the worst. */
  readonly representative: MeasuredRecord;
}

/** Why a case that ran is not ranked, and the option that makes it so. */
export interface Exclusion {
  readonly reason: string;
  /** null: there is none. */
  readonly option: string | null;
  /** What differs between rows of one reason: it stands behind the name. */
  readonly figure?: string;
}

/** `reportCase` is completed, and not the oracle. */
export function judge(reportCase: ReportCase): Candidate | Exclusion {
  const { comparable, facts } = reportCase;
  const [first] = comparable;
  if (first === undefined) throw new RangeError(`${reportCase.id} has no launch to judge`);
  const { security, batch, bytes, data } = first;
  if (facts.threads !== 1) return { reason: `${facts.threads} threads`, option: '--threads 1' };
  if (security.bits === null) return { reason: 'nothing is hidden', option: null };
  if (isInsecure(first.parameters, security.bits)) return { reason: 'insecure parameters', option: 'leave --parameters out' };
  const conversion = conversionOf(first);
  if (conversion !== null && pointsLost(conversion) > MOST_POINTS_LOST) {
    const reason = `right once converted; over ${MOST_POINTS_LOST} points lost, so not ranked`;
    return { reason, option: null, figure: formatQuantity(conversion.planned, 'share') };
  }
  const r2 = first.accuracy?.heldOut == null ? (first.accuracy?.planning?.r2 ?? null) : null;
  if (r2 !== null && r2 < LEAST_R2) return { reason: OUTPUTS_LOST, option: null, figure: `R2 ${r2.toFixed(2)}` };
  const server_ns = medianOf(comparable, SERVER_STAGES);
  if (server_ns === null) return { reason: 'its stages were not timed with every batch', option: null };
  const client_ns = medianOf(comparable, CLIENT_STAGES);
  return {
    reportCase,
    name: withAssumption(caseName(reportCase), security),
    batch,
    serverPerSample_ns: server_ns / batch,
    clientPerSample_ns: client_ns === null ? null : client_ns / batch,
    keys_bytes: Object.values(bytes.keys).reduce((sum, size) => sum + size, 0),
    traffic_bytes: bytes.input + bytes.output,
    rounds: bytes.rounds,
    isInteractive: first.interactive,
    isExact: comparable.every(isExact),
    hasTables: tableLayersIn(data).length > 0,
    representative: worstLaunch(comparable) ?? first,
  };
}

/** A name that says what its row rests on beside bits of security. */
export function withAssumption(name: string, { bits, assumption }: Pick<MeasuredRecord['security'], 'bits' | 'assumption'>): string {
  return assumption === undefined ? name : `${name} (${securityWords(bits, assumption)})`;
}

export function isExclusion(judged: Candidate | Exclusion): judged is Exclusion {
  return 'reason' in judged;
}

/** `CKKS packed`, `CKKS packed +activation`; parameters only where they were asked for. */
export function caseName({ facts, id }: ReportCase): string {
  return nameOf({ ...partsOf(id), scheme: schemeOf(facts) });
}

/** Of a case id; the inverse of `caseId`. null: the id of something else. */
export function parseCaseId(id: string): CaseParts | null {
  const parts = id.split('/');
  return parts.length < LEAST_PARTS ? null : partsOf(id);
}

export interface CaseParts {
  readonly scheme: string;
  readonly workload: string;
  readonly parameters: string;
  readonly layout: string;
  readonly kernels: string;
  /** `activation` or `refresh` where the client helps; otherwise empty. */
  readonly help: string;
}

/** scheme, workload, parameters, layout, kernels, threads and help. */
const LEAST_PARTS = 6;

function partsOf(id: string): CaseParts {
  const parts = id.split('/');
  const [parameters = 'auto', layout = '-', kernels = '', last = ''] = parts.slice(-4);
  const [, help = ''] = last.split('+');
  return { scheme: parts[0]!, workload: parts.slice(1, -4).join('/'), parameters, layout, kernels, help };
}

/** As they are written in running text. */
const SCHEME_NAMES: ReadonlyMap<string, string> = new Map([
  ...['ckks', 'bfv', 'bgv', 'tfhe'].map((scheme) => [scheme, scheme.toUpperCase()] as const),
  ['paillier', 'Paillier'],
  ['hybrid', 'Hybrid'],
]);

export function nameOf({ scheme, layout, parameters, help }: Pick<CaseParts, 'scheme' | 'layout' | 'parameters' | 'help'>): string {
  const words = `${SCHEME_NAMES.get(scheme) ?? scheme} ${layout}${help === '' ? '' : ` +${help}`}`;
  return parameters === 'auto' ? words : `${words} ${parameters}`;
}

/** Neither an approximation nor draws of noise, and without any error. */
function isExact({ accuracy, noisy, plannedPrecision }: MeasuredRecord): boolean {
  return (noisy ?? null) === null && (plannedPrecision ?? null) === null && accuracy?.maxAbsError === 0;
}

function medianOf(launches: readonly MeasuredRecord[], stages: readonly Stage[]): number | null {
  const medians = launches.flatMap((launch) => {
    const times_ns = batchTimes_ns(launch, stages);
    return times_ns === null ? [] : [median(times_ns)];
  });
  return medians.length === 0 ? null : median(medians);
}
