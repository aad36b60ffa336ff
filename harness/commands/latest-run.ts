/**
 * The run that is meant where none is named.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import { latestRunFolder } from '../record/store.ts';
import { RESULTS_FOLDER } from '../run/run-folder.ts';
import { invocation } from './invocation.ts';

/** @throws EnigmarkError RUN_FOLDER_MISSING */
export function latestRun(): string {
  const folder = latestRunFolder(RESULTS_FOLDER);
  if (folder !== null) return folder;
  throw new EnigmarkError('RUN_FOLDER_MISSING', {
    expected: `a run in ${RESULTS_FOLDER}/`,
    got: 'none',
    remedy: `name the folder of a run, or make one with \`${invocation('bench')}\``,
  });
}
