/**
 * Which folder a run writes to, and whether it may go on with what is there.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EnigmarkError } from '../../schemes/errors.ts';
import { formatDuration } from '../record/duration.ts';
import type { LaunchRecord } from '../record/record.ts';
import { expectSameContents } from './contents.ts';
import { requestedOptions } from './requested-options.ts';
import { readRun, RECORDS_FILE, RUN_FILE, type StoreWarning } from '../record/read-run.ts';
import { createRunFolder, latestRunFolder, RunStore } from '../record/store.ts';
import type { RunInformation } from '../record/run-information.ts';

export const RESULTS_FOLDER = 'results';

/** A folder that this process alone writes to, and what an earlier run left in it. */
export interface OpenRun extends Disposable {
  readonly store: RunStore;
  readonly records: readonly LaunchRecord[];
  /** null: nothing was recorded before. */
  readonly information: RunInformation | null;
  readonly warnings: readonly StoreWarning[];
}

/**
 * Opens the folder of a run: `out` or the next free `results/<date>-<n>`; with `resume`, `out` or the latest.
 *
 * @throws EnigmarkError RUN_FOLDER_HOLDS_RUN, RUN_FOLDER_MISSING, RUN_FOLDER_BUSY, RUN_FOLDER_UNWRITABLE, DISK_FULL;
 * RUN_INFORMATION_MISSING where records would be added to others of unknown origin.
 */
export function openRun(out: string | null, resume: boolean): OpenRun {
  const store = RunStore.open(resume ? folderToResume(out) : newFolder(out));
  try {
    // Read under the lock: what another run wrote until it let go of the folder must not be measured twice.
    const { records, information, warnings } = readRun(store.folder);
    if (!resume && records.length > 0) throw holdsRun(store.folder);
    if (records.length > 0 && information === null) throw informationMissing(records.length);
    const known = records.length > 0 || information !== null;
    return { store, records, information, warnings: known ? warnings : [], [Symbol.dispose]: () => store[Symbol.dispose]() };
  } catch (error) {
    store[Symbol.dispose]();
    throw error;
  }
}

function newFolder(out: string | null): string {
  if (out === null) return createRunFolder(RESULTS_FOLDER, new Date());
  if (existsSync(join(out, RECORDS_FILE))) throw holdsRun(out);
  return out;
}

/** A folder without records counts: its run was ended before its first. */
function folderToResume(out: string | null): string {
  const folder = out ?? latestRunFolder(RESULTS_FOLDER);
  if (folder !== null && existsSync(folder)) return folder;
  throw new EnigmarkError('RUN_FOLDER_MISSING', {
    expected: out === null ? `a run in ${RESULTS_FOLDER}/ to resume` : 'the folder of a run to resume',
    got: out === null ? 'none' : `no folder ${out}`,
    remedy: 'begin a run without --resume, or name its folder with --out',
  });
}

function holdsRun(folder: string): EnigmarkError {
  return new EnigmarkError('RUN_FOLDER_HOLDS_RUN', {
    expected: 'a folder without a run for --out',
    got: folder,
    remedy: 'add --resume to go on with that run, or choose another folder',
  });
}

function informationMissing(records: number): EnigmarkError {
  return new EnigmarkError('RUN_INFORMATION_MISSING', {
    expected: `a ${RUN_FILE} that says how the ${records} records of the folder were made`,
    got: 'none that can be read',
    remedy: `restore ${RUN_FILE}, or begin a new run`,
  });
}

/**
 * Refuses to mix what may not be compared: one run.json describes every record of its folder, and the cases of a resumed run
 * are those it began with.
 *
 * @throws EnigmarkError RUN_MISMATCH naming the first thing that differs.
 */
export function expectSameRun(before: RunInformation, now: RunInformation): void {
  const was = factsOf(before);
  const is = factsOf(now);
  const changed = [...was.keys()].find((fact) => was.get(fact) !== is.get(fact));
  if (changed === undefined) return expectSameContents(before.contents, now.contents ?? {});
  throw new EnigmarkError('RUN_MISMATCH', {
    expected: `the ${changed} that the run began with, ${was.get(changed)!}`,
    got: is.get(changed) ?? 'none',
    remedy: 'begin a new run, or resume under the same conditions',
  });
}

function factsOf({
  enigmark,
  versions,
  processor,
  seed,
  profile,
  sampling,
  arguments: words,
}: RunInformation): ReadonlyMap<string, string> {
  return new Map([
    ['version of Enigmark', `${enigmark.version} ${enigmark.commit ?? ''}`.trim()],
    ['Node', versions.node],
    ...Object.entries(versions.libraries).map(([library, version]) => [`version of ${library}`, version ?? 'none'] as const),
    ['processor', `${processor.model ?? 'unknown'}, ${processor.cores} core${processor.cores === 1 ? '' : 's'}`],
    ['profile', profile],
    ['time for samples', sampling === null ? 'not recorded' : formatDuration(sampling.budget_ns)],
    ['seed', String(seed)],
    ...requestedOptions(words),
  ]);
}
