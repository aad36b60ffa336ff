/**
 * Two runs, case by case: what became faster or slower, what costs more, and what cannot be compared.
 *
 * @module
 */
import type { RunInformation } from '../../harness/record/run-information.ts';
import { poolCases, type ReportCase } from '../case.ts';
import type { ReportInput } from '../report-input.ts';
import { costChanges, type CostChange } from './costs.ts';
import { holm } from './holm.ts';
import { FEWEST_LAUNCHES, timeRatio, type TimeRatio } from './time-ratio.ts';

export type Verdict = 'faster' | 'slower' | 'no difference' | 'not comparable' | 'broken' | 'mended';

export interface ComparedCase {
  readonly id: string;
  /** Of the times, but for a case that completes in one run alone. */
  readonly verdict: Verdict;
  /** Why it is not comparable, or what broke; null: nothing to say. */
  readonly reason: string | null;
  readonly time: TimeRatio | null;
  /** Holm's, over all cases of the comparison; null where there is no p. */
  readonly adjustedP: number | null;
  readonly costs: readonly CostChange[];
}

const LEVEL = 0.05;
/** Whatever its p, a smaller change is none: a machine differs by as much from one day to the next. */
const LEAST_CHANGE = 0.03;

/** In the order of the tables: cases of either run. */
export function compareRuns(base: ReportInput, next: ReportInput): readonly ComparedCase[] {
  const [before, after] = [casesOf(base), casesOf(next)];
  const ids = [...new Set([...before.keys(), ...after.keys()])];
  const machines = differenceOfMachines(base.information, next.information);
  const compared = ids.map((id) => compareCase(id, before.get(id), after.get(id), machines));
  const known = compared.filter(({ time }) => time?.p != null);
  const adjusted = holm(known.map(({ time }) => time!.p!));
  const byId = new Map(known.map(({ id }, at) => [id, adjusted[at]!]));
  return compared.map((one) => {
    const adjustedP = byId.get(one.id) ?? null;
    if (adjustedP === null || one.verdict === 'not comparable') return { ...one, adjustedP };
    return { ...one, adjustedP, verdict: verdictOf(one.time!.ratio, adjustedP) };
  });
}

function verdictOf(ratio: number, adjustedP: number): Verdict {
  if (adjustedP >= LEVEL || Math.abs(ratio - 1) < LEAST_CHANGE) return 'no difference';
  return ratio > 1 ? 'slower' : 'faster';
}

function casesOf({ records }: ReportInput): ReadonlyMap<string, ReportCase> {
  return new Map(poolCases(records).map((reportCase) => [nameOf(reportCase), reportCase]));
}

/** The id does not name the encryption, which is symmetric as a rule. */
function nameOf({ id, facts }: ReportCase): string {
  return facts.encryption === 'public' ? `${id}, public key` : id;
}

function compareCase(id: string, base: ReportCase | undefined, next: ReportCase | undefined, machines: string | null): ComparedCase {
  const without = (verdict: Verdict, reason: string): ComparedCase => ({ id, verdict, reason, time: null, adjustedP: null, costs: [] });
  if (base === undefined) return without('not comparable', 'not in the base run');
  if (next === undefined) return without('not comparable', 'not in the new run');
  if (base.state === 'completed' && next.state !== 'completed') return without('broken', next.note ?? next.state);
  if (base.state !== 'completed' && next.state === 'completed') return without('mended', base.note ?? base.state);
  if (base.state !== 'completed') return without('not comparable', `${base.state} in both`);
  const time = machines === null ? timeRatio(base.comparable, next.comparable) : null;
  const reason = machines ?? whyNoVerdict(time);
  const verdict = reason === null ? 'no difference' : 'not comparable';
  return { id, verdict, reason, time, adjustedP: null, costs: costChanges(base.measured, next.measured) };
}

function whyNoVerdict(time: TimeRatio | null): string | null {
  if (time === null) return 'no server time in one of the runs';
  return time.interval === null ? `fewer than ${FEWEST_LAUNCHES} launches: more with --runs` : null;
}

/** What makes times of two runs speak of different things; null: nothing. */
function differenceOfMachines(base: RunInformation | null, next: RunInformation | null): string | null {
  if (base === null || next === null) return 'the machine of one run is unknown';
  const [before, after] = [base, next].map(({ processor: { model, cores } }) => `${model ?? 'unknown processor'}, ${cores} cores`);
  return before === after ? null : `another machine: ${before!} and ${after!}`;
}

export interface Gate {
  /** Share by which a cost may grow: 0.1 is 10%. */
  readonly threshold: number;
  /** What decides: costs that the plan fixes, or times beside them. */
  readonly on: 'costs' | 'times';
}

/** Cases that became worse than the gate lets through, one line each. A case that broke never passes. */
export function regressions(compared: readonly ComparedCase[], { threshold, on }: Gate): readonly string[] {
  return compared.flatMap(({ id, verdict, reason, time, costs }) => {
    const grown = costs.filter((change) => change.next > change.base * (1 + threshold));
    const isSlower = on === 'times' && verdict === 'slower' && time !== null && time.ratio > 1 + threshold;
    return [
      ...(verdict === 'broken' ? [`${id}: ${reason ?? 'no result any more'}`] : []),
      ...grown.map((change) => `${id}: ${change.cost} grew from ${change.base} to ${change.next}`),
      ...(isSlower ? [`${id}: ${((time.ratio - 1) * 100).toFixed(1)}% slower`] : []),
    ];
  });
}
