/**
 * The files that an outsider's adapter is made of: its module, and what that imports by relative paths written out as text. Packages
 * are left to their own versions.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const IMPORT = /(?:from|import|import\(|require\()\s*['"](\.{1,2}\/[^'"]+)['"]/g;

/** Absolute paths, the module's first; none where a package of that name is not found. */
export function adapterFiles(specifier: string): readonly string[] {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file) || !existsSync(file)) return;
    found.add(file);
    for (const [, imported] of readFileSync(file, 'utf8').matchAll(IMPORT)) visit(resolve(dirname(file), imported!));
  };
  const module = moduleOf(specifier);
  if (module !== null) visit(module);
  return [...found];
}

function moduleOf(specifier: string): string | null {
  if (/^[./]/.test(specifier)) return resolve(specifier);
  try {
    return fileURLToPath(import.meta.resolve(specifier, pathToFileURL(import.meta.filename)));
  } catch {
    return null;
  }
}
