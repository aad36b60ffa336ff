/**
 * Which folder a run writes to, and whether it may go on with what is there.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EnigmarkError } from '../schemes/errors.ts';
import type { LaunchRecord, RunInformation } from './record.ts';
import { createRunFolder, latestRunFolder, readRun, RECORDS_FILE, type StoreWarning } from './store.ts';

export const RESULTS_FOLDER = 'results';

export interface RunFolder {
  readonly folder: string;
  /** Of an earlier run in the same folder. */
  readonly records: readonly LaunchRecord[];
  readonly information: RunInformation | null;
  readonly warnings: readonly StoreWarning[];
}

/**
 * The folder of a run: `out` or the next free `results/<date>-<n>`; with `resume`, `out` or the latest.
 *
 * @throws EnigmarkError RUN_FOLDER_HOLDS_RUN, RUN_FOLDER_MISSING, RUN_FOLDER_UNWRITABLE, DISK_FULL.
 */
export function chooseRunFolder(out: string | null, resume: boolean): RunFolder {
  if (resume) {
    const folder = out ?? latestRunFolder(RESULTS_FOLDER);
    if (folder === null) {
      throw new EnigmarkError('RUN_FOLDER_MISSING', {
        expected: `a run in ${RESULTS_FOLDER}/ to resume`,
        got: 'none',
        remedy: 'begin one without --resume, or name its folder with --out',
      });
    }
    return { folder, ...readRun(folder) };
  }
  if (out !== null && existsSync(join(out, RECORDS_FILE))) {
    throw new EnigmarkError('RUN_FOLDER_HOLDS_RUN', {
      expected: 'a folder without a run for --out',
      got: out,
      remedy: 'add --resume to go on with that run, or choose another folder',
    });
  }
  return { folder: out ?? createRunFolder(RESULTS_FOLDER, new Date()), records: [], information: null, warnings: [] };
}

/**
 * Refuses to mix what may not be compared: one run.json describes every record of its folder.
 *
 * @throws EnigmarkError RUN_MISMATCH
 */
export function expectSameRun(before: RunInformation, now: RunInformation): void {
  const facts = ({ enigmark, versions, processor, profile, seed }: RunInformation): Record<string, string> => ({
    'version of Enigmark': `${enigmark.version} ${enigmark.commit ?? ''}`.trim(),
    Node: versions.node,
    processor: `${processor.model ?? 'unknown'}, ${processor.cores} cores`,
    profile,
    seed: String(seed),
  });
  const was = facts(before);
  const is = facts(now);
  const changed = Object.keys(was).find((fact) => was[fact] !== is[fact]);
  if (changed === undefined) return;
  throw new EnigmarkError('RUN_MISMATCH', {
    expected: `the ${changed} that the run began with, ${was[changed]!}`,
    got: is[changed]!,
    remedy: 'begin a new run, or resume under the same conditions',
  });
}
