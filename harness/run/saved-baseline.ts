/**
 * Runs kept under a name, to compare later ones with.
 *
 * @module
 */
import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EnigmarkError } from '../../schemes/errors.ts';
import { makeFolders } from '../record/make-folders.ts';
import { isFile, RECORDS_FILE, RUN_FILE } from '../record/read-run.ts';
import { writing } from '../record/writing.ts';

const NAME = /^[A-Za-z0-9][\w.-]{0,99}$/;

/**
 * Folder of the baseline of that name under the folder of results.
 *
 * @throws EnigmarkError USAGE where the name cannot be one of a folder.
 */
export function baselineFolder(results: string, name: string): string {
  if (NAME.test(name)) return join(results, 'baselines', name);
  throw new EnigmarkError('USAGE', {
    expected: 'letters, digits, dots and hyphens for the name of a baseline',
    got: `'${name}'`,
    remedy: 'choose another name',
  });
}

/**
 * Copies a run into the folder, in the place of the baseline that it held.
 *
 * @throws EnigmarkError RUN_FOLDER_UNWRITABLE, DISK_FULL.
 */
export function saveBaseline(run: string, folder: string): void {
  writing(folder, () => {
    makeFolders(folder);
    for (const name of [RUN_FILE, RECORDS_FILE]) {
      const source = join(run, name);
      const target = join(folder, name);
      if (!isFile(source)) {
        rmSync(target, { force: true });
        continue;
      }
      copyFileSync(source, `${target}.new`);
      renameSync(`${target}.new`, target);
    }
  });
}
