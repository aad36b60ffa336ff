/**
 * The answer of a run: for each network, the rows that are fair to compare, ranked in plain words, and what is not among them.
 *
 * Comparable are completed rows of the same network at 128 bits or more, on one thread, in which the client takes no part. Rows in which
 * it does are ranked among themselves: it sees values that others keep from it, and waits several times. The oracle is never one.
 *
 * @module
 */
import type { LaunchRecord } from '../../harness/record/record.ts';
import { median } from '../../harness/record/statistics.ts';
import { baselinesOf } from '../baseline.ts';
import { isOracle, poolCases, type ReportCase } from '../case.ts';
import { conversionOf, conversionWords, shortPlanningWords, type Conversion } from '../conversion/conversion.ts';
import { formatTally } from '../quantity.ts';
import { bestsOf, type Best } from './bests.ts';
import { caseName, isExclusion, judge, parseCaseId, type Candidate } from './candidate.ts';
import { notShown, type LeftOut } from './not-shown.ts';
import { leastTraffic, rank, type Ranked } from './ranking.ts';

export interface AnswerRow {
  readonly question: string;
  readonly name: string;
  /** Of one sample, as are `client_ns` and `factor`. */
  readonly server_ns: number;
  /** Server over the float network; null: not timed. */
  readonly factor: number | null;
  readonly client_ns: number | null;
  readonly keys_bytes: number;
  /** Up and down for one batch, keys apart; absent where it stands in tables of its own. */
  readonly traffic_bytes?: number;
  /** The most that the server holds; absent likewise. */
  readonly memory_bytes?: number;
  /** Lost or kept in conversion, over all held-out samples; null: not known. */
  readonly conversion: string | null;
  /** Lost or kept by encryption: `493 of 493`, `493 exact`; null: there are no classes. */
  readonly encryption: string | null;
}

export interface NetworkAnswer {
  readonly workload: string;
  /** Of plans alone: nothing was measured. */
  readonly isPredicted: boolean;
  /** What the network takes in: an image, or any sample. */
  readonly noun: 'image' | 'sample';
  /** Share of right classes in float; null: not known. */
  readonly float: number | null;
  /** Nanoseconds of the float network; null: not timed. */
  readonly float_ns: number | null;
  readonly rows: readonly AnswerRow[];
  /** Where the client takes part between upload and download. */
  readonly interactive: readonly AnswerRow[];
  readonly leastTraffic: { readonly name: string; readonly bytes: number } | null;
  /** The best row in each respect. */
  readonly bests: readonly Best[];
  /** Of plans: for each scheme its quickest row for one sample, or for a batch where it has no other, the quickest first. */
  readonly byScheme?: readonly AnswerRow[];
  /** One text for each reason. */
  readonly notShown: readonly string[];
}

/** Vectors under an activation alone are no network. */
const NO_NETWORKS: ReadonlySet<string> = new Set(['activation']);

/** In the order of the tables; what was left out of a workload without any record has no answer (`isAnswered`). */
export function answersOf(records: readonly LaunchRecord[], leftOut: readonly LeftOut[]): readonly NetworkAnswer[] {
  const baselines = baselinesOf(records);
  const cases = poolCases(records).filter(({ facts }) => !isOracle(facts) && !NO_NETWORKS.has(facts.group));
  return [...Map.groupBy(cases, ({ facts }) => facts.workload)].map(([workload, same]) => {
    const times = baselines.get(workload);
    const float_ns = times === undefined ? null : median(times.map((samples) => median(samples)));
    const absent = leftOut.filter(({ id }) => parseCaseId(id)?.workload === workload);
    return answerOf({ workload, cases: same, float_ns, leftOut: absent });
  });
}

/** Whether what was left out stands in one of the answers. */
export function isAnswered({ id }: LeftOut, answers: readonly NetworkAnswer[]): boolean {
  const workload = parseCaseId(id)?.workload;
  return answers.some((answer) => answer.workload === workload);
}

interface Network {
  readonly workload: string;
  readonly cases: readonly ReportCase[];
  readonly float_ns: number | null;
  readonly leftOut: readonly LeftOut[];
}

function answerOf({ workload, cases, float_ns, leftOut }: Network): NetworkAnswer {
  const judged = cases.filter(({ state }) => state === 'completed').map((reportCase) => ({ reportCase, verdict: judge(reportCase) }));
  const candidates = judged.flatMap(({ verdict }) => (isExclusion(verdict) ? [] : [verdict]));
  const excluded = judged.flatMap(({ reportCase, verdict }) =>
    isExclusion(verdict) ? [{ ...verdict, name: nameWith(verdict.figure, reportCase) }] : [],
  );
  const measured = cases.flatMap((one) => one.measured);
  const noun = measured.some(({ data }) => data.includes('images')) ? 'image' : 'sample';
  const [together = [], alone = []] = [true, false].map((wanted) => candidates.filter(({ isInteractive }) => isInteractive === wanted));
  const ranked = rank(alone, noun);
  const interactive = rank(together, noun);
  const withoutResult = cases.filter(({ state }) => state !== 'completed');
  const light = leastTraffic(alone);
  return {
    workload,
    isPredicted: false,
    noun,
    float: measured.map(conversionOf).find((conversion) => conversion !== null)?.float ?? null,
    float_ns,
    rows: ranked.map((one) => answerRow(one, float_ns)),
    interactive: interactive.map((one) => answerRow({ ...one, question: `${one.question}, ${one.candidate.rounds} rounds` }, float_ns)),
    leastTraffic: light === null ? null : { name: light.name, bytes: light.traffic_bytes },
    bests: bestsOf(alone, noun),
    notShown: notShown(leftOut, withoutResult, excluded, [...ranked, ...interactive], candidates),
  };
}

function nameWith(figure: string | undefined, reportCase: ReportCase): string {
  return figure === undefined ? caseName(reportCase) : `${caseName(reportCase)} ${figure}`;
}

function answerRow({ question, candidate }: Ranked, float_ns: number | null): AnswerRow {
  const { name, serverPerSample_ns, clientPerSample_ns, keys_bytes } = candidate;
  const conversion: Conversion | null = conversionOf(candidate.representative);
  return {
    question,
    name,
    server_ns: serverPerSample_ns,
    factor: float_ns === null ? null : serverPerSample_ns / float_ns,
    client_ns: clientPerSample_ns,
    keys_bytes,
    conversion: conversion === null ? plannedWords(candidate) : conversionWords(conversion),
    encryption: encryptionWords(candidate),
  };
}

/** Of networks without classes. */
function plannedWords({ representative: { accuracy } }: Candidate): string | null {
  return accuracy?.heldOut === null && accuracy.planning !== undefined ? shortPlanningWords(accuracy.planning) : null;
}

function encryptionWords({ isExact, representative }: Candidate): string | null {
  const { accuracy } = representative;
  if (accuracy === null) return null;
  if (isExact) return `${accuracy.samples.toLocaleString('en-US')} exact`;
  return accuracy.agreement === null ? null : formatTally(accuracy.agreement, accuracy.samples, null);
}
