/**
 * Writes the folder of a new scheme, and never over anything.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { EnigmarkError } from '../../schemes/errors.ts';
import { makeFolders } from '../record/make-folders.ts';
import { packageRoot } from '../record/package-root.ts';
import { insideFiles, outsideFiles, type SchemeFiles } from './scheme-files.ts';

export interface NewScheme {
  /** Absolute. */
  readonly folder: string;
  readonly files: readonly string[];
  /** Whether it lies beside the built-in schemes of a clone. */
  readonly isInside: boolean;
}

/**
 * @param name - lower-case letters, digits and hyphens
 * @param out - the new folder
 * @throws EnigmarkError FOLDER_TAKEN where the folder is there already, FOLDER_UNWRITABLE
 */
export function writeScheme(name: string, out: string): NewScheme {
  const root = packageRoot();
  const folder = resolve(out);
  const isInside = relative(join(root, 'schemes'), dirname(folder)) === '';
  const example = join(root, 'docs', 'example-scheme');
  const files: SchemeFiles = isInside ? insideFiles(example, name) : outsideFiles(example, name);
  try {
    makeFolders(dirname(folder));
    mkdirSync(folder);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text, { flag: 'wx' });
  } catch (cause) {
    throw unwritten(folder, cause as NodeJS.ErrnoException);
  }
  return { folder, files: Object.keys(files), isInside };
}

function unwritten(folder: string, cause: NodeJS.ErrnoException): EnigmarkError {
  if (cause.code === 'EEXIST' && cause.path === folder) {
    const remedy = 'name another one with --out: nothing is written over';
    return new EnigmarkError('FOLDER_TAKEN', { expected: 'a folder that is not there yet', got: folder, remedy, cause });
  }
  const remedy = 'name another one with --out';
  return new EnigmarkError('FOLDER_UNWRITABLE', { expected: `a folder ${folder} that can be made`, got: cause.message, remedy, cause });
}
