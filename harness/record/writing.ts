/**
 * Why a run folder cannot be written, with a code.
 *
 * @module
 */
import { basename } from 'node:path';
import { EnigmarkError } from '../../schemes/errors.ts';

/** A full disk, a quota, and a limit on the size of a file. */
const NO_ROOM: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Runs an action on the disk and gives its failures a code.
 *
 * @throws EnigmarkError DISK_FULL, RUN_FOLDER_UNWRITABLE.
 */
export function writing<T>(folder: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (error instanceof EnigmarkError || code === '') throw error;
    if (NO_ROOM.has(code)) {
      throw new EnigmarkError('DISK_FULL', {
        expected: `room on the disk for ${basename(folder)}`,
        got: code,
        remedy: 'free some space and repeat with --resume: what was recorded before is kept',
        cause: error,
      });
    }
    throw new EnigmarkError('RUN_FOLDER_UNWRITABLE', {
      expected: 'a folder that can be written',
      got: `${folder} (${code})`,
      remedy: 'choose another --out or change its permissions',
      cause: error,
    });
  }
}
