/**
 * What stands in no line of the answer: refused, left out, not comparable, or beaten by other kernels; why, and what brings it back.
 *
 * @module
 */
import type { ReportCase } from '../case.ts';
import { formatQuantity } from '../quantity.ts';
import { caseName, nameOf, parseCaseId, type Candidate, type Exclusion } from './candidate.ts';
import type { Ranked } from './ranking.ts';

export interface LeftOut {
  readonly id: string;
  readonly reason: string;
}

interface Absent extends Exclusion {
  readonly name: string;
}

/** A text for each reason: not comparable, left out before the run, without a right result, and last how much slower other kernels are. */
export function notShown(
  leftOut: readonly LeftOut[],
  withoutResult: readonly ReportCase[],
  excluded: readonly Absent[],
  ranked: readonly Ranked[],
  candidates: readonly Candidate[],
): readonly string[] {
  const all = [...excluded, ...leftOut.map(leftOutAbsent), ...withoutResult.map(failedAbsent)];
  // What a run leaves out of every network alike is said last: there is room for few reasons.
  const absent = all.toSorted((left, right) => Number(left.name === KERNELS) - Number(right.name === KERNELS));
  const byReason = Map.groupBy(absent, ({ reason }) => reason);
  const items = [...byReason.values()].map((same) => {
    const { reason, option } = same[0]!;
    const names = [...new Set(same.map(({ name }) => name))].join(', ');
    return `${names}: ${reason}${option === null || reason.includes('--') ? '' : ` (${option})`}`;
  });
  return [...items, ...slowerKernels(ranked, candidates)];
}

function leftOutAbsent({ id, reason }: LeftOut): Absent {
  const parts = parseCaseId(id);
  const name = parts === null ? id : withKernels(nameOf(parts), parts.kernels);
  const [, predicted, limit] = TOO_LONG.exec(reason) ?? [];
  // Whichever the row, its kernels are what is missing.
  if (reason.includes('--kernels')) return { name: KERNELS, reason, option: null };
  if (predicted === undefined || limit === undefined) return { name, reason, option: null };
  // Without its own time, so that all that are too slow share a line.
  return { name: `${name} ${predicted}`, reason: `to the first sample, over the limit of ${limit}`, option: 'a longer --longest' };
}

const KERNELS = 'library kernels';

/** What `bench` writes of a case that it has no time for, and what earlier versions wrote. */
const TOO_LONG =
  /^(?:skipped: about|predicted to take) (.+?)(?:, limit| to its first sample, longer than the) (.+?)(?:; add .*| of the profile)$/;

/** By the code of the error; of one that no option cures there is none. */
const OPTIONS: ReadonlyMap<string, string> = new Map([
  ['TABLES_UNSUPPORTED', '--layout batched'],
  ['LAYER_TOO_LARGE', '--layout batched'],
  ['TIMEOUT', 'a longer --timeout'],
  ['OUT_OF_MEMORY', '--resume --retry failed'],
  ['CHILD_KILLED', '--resume --retry failed'],
]);

function failedAbsent(reportCase: ReportCase): Absent {
  const { facts, state } = reportCase;
  const name = withKernels(caseName(reportCase), facts.kernels);
  if (!('error' in facts)) throw new RangeError(`${reportCase.id} has a result`);
  const { code, message } = facts.error;
  const option = OPTIONS.get(code) ?? null;
  // The layout that has it already cures nothing.
  const isCure = option !== `--layout ${facts.layout}`;
  return { name, reason: state === 'unsupported' ? message : `${state}, ${message}`, option: isCure ? option : null };
}

function withKernels(name: string, kernels: string): string {
  return kernels === 'library' ? `${name} (library kernels)` : name;
}

/** How much slower the other kernels are, for every row of the answer that has them. */
function slowerKernels(ranked: readonly Ranked[], candidates: readonly Candidate[]): readonly string[] {
  const slower = ranked.flatMap(({ candidate }) => {
    const other = candidates.find((one) => isSameButKernels(one, candidate));
    if (other === undefined) return [];
    const factor = formatQuantity(other.serverPerSample_ns / candidate.serverPerSample_ns, 'factor');
    return [{ kernels: other.reportCase.facts.kernels, words: `${candidate.name} ${factor}` }];
  });
  return [...Map.groupBy(slower, ({ kernels }) => kernels)].map(
    ([kernels, same]) => `${kernels} kernels, slower: ${same.map(({ words }) => words).join(', ')}`,
  );
}

function isSameButKernels(one: Candidate, other: Candidate): boolean {
  const [left, right] = [one.reportCase.facts, other.reportCase.facts];
  return one.name === other.name && left.kernels !== right.kernels && left.encryption === right.encryption;
}
