/**
 * The files that Enigmark's code is in.
 *
 * @module
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of the repository, or of the published package: both hold the same folders. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Those of these folders whose names match, relative to the root, in the order of their names. A run asks before its first launch and
 * after each: a pattern of `globSync` takes five times as long and more.
 */
export function codeFiles(folders: readonly string[], name: RegExp): readonly string[] {
  return folders
    .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
    .filter((file) => name.test(file))
    .sort();
}
