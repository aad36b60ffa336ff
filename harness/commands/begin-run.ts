/**
 * What run.json says when a run begins, or goes on.
 *
 * @module
 */
import { beginRun } from '../record/environment.ts';
import type { RunInformation } from '../record/run-information.ts';
import type { Digests } from '../run/contents.ts';
import type { Case, LeftOut } from '../run/matrix.ts';
import { PROFILES } from '../run/profile.ts';
import { expectSameRun } from '../run/run-folder.ts';
import type { BenchOptions } from './bench-options.ts';

export interface Beginning {
  readonly cases: readonly Case[];
  readonly leftOut: readonly LeftOut[];
  readonly contents: Digests;
  /** What the folder held; null: nothing. */
  readonly before: RunInformation | null;
}

/** @throws EnigmarkError RUN_MISMATCH where the run began under other conditions or with other contents. */
export function beginOrResume({ cases, leftOut, contents, before }: Beginning, options: BenchOptions): RunInformation {
  const { seed, profile, launches, warmup, budget_ns } = options;
  const encrypting = cases.filter(({ selected }) => selected.scheme.family !== 'none');
  const libraries = new Set(['tinybench', ...encrypting.flatMap(({ selected }) => selected.scheme.library.name.split(' and '))]);
  const now = beginRun({
    seed,
    profile,
    sampling: { launches, warmup, budget_ns, ...PROFILES[profile].stopping },
    contents,
    cases: { planned: cases.length, leftOut: [...leftOut] },
    arguments: process.argv.slice(2),
    libraries: [...libraries],
  });
  if (before === null) return now;
  expectSameRun(before, now);
  const { startedAt, load, calibration, arguments: words } = before;
  return {
    ...now,
    // What was dirty once stays so: the records of then were made with it.
    enigmark: { ...now.enigmark, dirty: before.enigmark.dirty === true ? true : now.enigmark.dirty },
    ...{ startedAt, load: { ...load, after: null }, calibration: { ...calibration, after_ns: null }, arguments: words },
  };
}
