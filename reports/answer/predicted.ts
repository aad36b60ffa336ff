/**
 * The answer before anything is encrypted: the same questions, ranked in the same way, of what plans promise.
 *
 * @module
 */
import { tableLayersIn } from '../conversion/activations.ts';
import { conversionWords, LEAST_R2, planningWords, pointsLost, type PlannedOutputs } from '../conversion/conversion.ts';
import { formatQuantity } from '../quantity.ts';
import type { AnswerRow, NetworkAnswer } from './answer.ts';
import {
  isExclusion,
  MOST_POINTS_LOST,
  nameOf,
  OUTPUTS_LOST,
  parseCaseId,
  withAssumption,
  type CaseParts,
  type Exclusion,
} from './candidate.ts';
import { notShown, type LeftOut } from './not-shown.ts';
import { leastTraffic, rank, type Rankable, type Ranked } from './ranking.ts';

/** What a dry run knows of a case. */
export interface PredictedCase {
  readonly id: string;
  readonly batch: number;
  /** Of one batch; null: the scheme has no cost table. */
  readonly evaluate_ns: number | null;
  readonly peak_bytes: number;
  readonly bytes: { readonly keys: Readonly<Record<string, number>>; readonly input: number; readonly output: number };
  /** Absent of what is no network. */
  readonly network?:
    | {
        readonly data: string;
        readonly rounds: number;
        readonly isInteractive: boolean;
        readonly isExact: boolean;
        readonly security_bits: number | null;
        /** What the keys rest on beside these bits; absent: nothing. */
        readonly security_assumption?: string | undefined;
        readonly heldOut: { readonly samples: number; readonly float: number; readonly planned: number } | null;
        readonly planning: PlannedOutputs | null;
        /** That planning leaves little, and what would keep it. */
        readonly lost?: string | undefined;
      }
    | undefined;
}

interface PredictedRow extends Rankable {
  readonly predicted: PredictedCase;
  readonly network: NonNullable<PredictedCase['network']>;
}

const LEAST_SECURITY_BITS = 128;

/** One for each network, in the order of the cases; those of which no case was planned have none. */
export function predictedAnswers(cases: readonly PredictedCase[], leftOut: readonly LeftOut[]): readonly NetworkAnswer[] {
  const networks = cases.flatMap((one) => {
    const parts = parseCaseId(one.id);
    return parts === null || parts.scheme === 'clear' || one.network === undefined ? [] : [{ one, parts, network: one.network }];
  });
  return [...Map.groupBy(networks, ({ parts }) => parts.workload)].map(([workload, same]) => {
    const judged = same.map(({ one, parts, network }) => judge(one, parts, network));
    const rows = judged.flatMap((verdict) => (isRow(verdict) ? [verdict] : []));
    const excluded = judged.flatMap((verdict) => (isRow(verdict) ? [] : [verdict]));
    const absent = leftOut.filter(({ id }) => parseCaseId(id)?.workload === workload && parseCaseId(id)?.scheme !== 'clear');
    const noun = same.some(({ network }) => network.data.includes('images')) ? 'image' : 'sample';
    const [together = [], alone = []] = [true, false].map((wanted) => rows.filter(({ network }) => network.isInteractive === wanted));
    const light = leastTraffic(alone);
    return {
      workload,
      isPredicted: true,
      noun,
      float: same.find(({ network }) => network.heldOut !== null)?.network.heldOut?.float ?? null,
      float_ns: null,
      rows: rank(alone, noun).map(answerRow),
      interactive: rank(together, noun).map((ranked) =>
        answerRow({ ...ranked, question: `${ranked.question}, ${ranked.candidate.network.rounds} rounds` }),
      ),
      leastTraffic: light === null ? null : { name: light.name, bytes: light.traffic_bytes },
      bests: [],
      byScheme: quickestOfEach(alone).map((candidate) => answerRow({ question: '', candidate })),
      notShown: notShown(absent, [], excluded, [], []),
    };
  });
}

/** For one sample where a scheme has such a row. */
function quickestOfEach(rows: readonly PredictedRow[]): readonly PredictedRow[] {
  const byTime = (left: PredictedRow, right: PredictedRow): number => left.serverPerSample_ns - right.serverPerSample_ns;
  const single = (row: PredictedRow): number => Number(row.batch > 1);
  return [...Map.groupBy(rows, ({ predicted }) => parseCaseId(predicted.id)?.scheme).values()]
    .map((same) => same.toSorted((left, right) => single(left) - single(right) || byTime(left, right))[0]!)
    .toSorted((left, right) => single(left) - single(right) || byTime(left, right));
}

type Absent = Exclusion & { readonly name: string };

function judge(one: PredictedCase, parts: CaseParts, network: PredictedRow['network']): PredictedRow | Absent {
  const { batch, evaluate_ns, bytes } = one;
  const { security_bits, security_assumption: assumption, heldOut, planning, data, isExact } = network;
  const name = withAssumption(nameOf(parts), { bits: security_bits, assumption });
  if (security_bits === null || security_bits < LEAST_SECURITY_BITS) {
    return { name, reason: 'insecure parameters', option: 'leave --parameters out' };
  }
  if (evaluate_ns === null) return { name, reason: 'the scheme predicts no time', option: null };
  const isLost = heldOut === null || pointsLost(heldOut) > MOST_POINTS_LOST;
  if (isLost && network.lost !== undefined) return { name, reason: `${network.lost}; not ranked`, option: null };
  if (heldOut !== null && pointsLost(heldOut) > MOST_POINTS_LOST) {
    const planned = formatQuantity(heldOut.planned, 'share');
    return {
      name: `${name} ${planned}`,
      reason: `right once converted; over ${MOST_POINTS_LOST} points lost, so not ranked`,
      option: null,
    };
  }
  if (heldOut === null && planning !== null && planning.r2 !== null && planning.r2 < LEAST_R2) {
    return { name: `${name} R2 ${planning.r2.toFixed(2)}`, reason: OUTPUTS_LOST, option: null };
  }
  const [server_ns, traffic_bytes] = [evaluate_ns / batch, bytes.input + bytes.output];
  return {
    ...{ name, batch, serverPerSample_ns: server_ns, traffic_bytes, isExact, hasTables: tableLayersIn(data).length > 0 },
    ...{ representative: { data }, predicted: one, network },
  };
}

function isRow(judged: PredictedRow | Absent): judged is PredictedRow {
  return !isExclusion(judged as Exclusion);
}

function answerRow({ question, candidate }: Ranked<PredictedRow>): AnswerRow {
  const { predicted, network, serverPerSample_ns, traffic_bytes, name, isExact } = candidate;
  const { heldOut, planning } = network;
  return {
    ...{ question, name, server_ns: serverPerSample_ns, factor: null, client_ns: null, traffic_bytes, memory_bytes: predicted.peak_bytes },
    keys_bytes: Object.values(predicted.bytes.keys).reduce((sum, size) => sum + size, 0),
    conversion: heldOut !== null ? conversionWords(heldOut) : planning !== null ? planningWords(planning) : null,
    encryption: isExact ? 'exact' : candidate.hasTables ? 'noisy' : 'approx.',
  };
}
