/**
 * All that a plan depends on besides its network: the scheme, what is asked of it, the code that plans and compiles, and the engine, on
 * whose arithmetic it depends which kernels a plan is for.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { HEScheme, Requirement } from '../../schemes/scheme.ts';
import type { PlanCache } from '../../workloads/plan/plan-cache.ts';
import { makeFolders } from '../record/make-folders.ts';
import { codeFiles, ROOT } from './code-files.ts';

/** The cache of one scheme's plans under one requirement, in `folder`. Memory counts when a plan is taken up, not what it is named by. */
export function planCacheIn(folder: string, { id, library }: Pick<HEScheme, 'id' | 'library'>, need: Requirement): PlanCache {
  makeIfPossible(folder);
  const { memory_bytes, ...asked } = need;
  const engine = [process.versions.v8, process.arch, cpus()[0]?.model ?? '', ...process.execArgv];
  return { folder, memory_bytes, context: JSON.stringify({ id, library, asked, engine, code: codeDigest() }) };
}

/** Where it is not, plans are made anew, as where the folder cannot be written. */
function makeIfPossible(folder: string): void {
  try {
    makeFolders(folder);
  } catch {
    return;
  }
}

function codeDigest(): string {
  const hash = createHash('sha256');
  for (const file of codeFiles(['schemes', 'workloads'], /\.(ts|js|wasm)$/)) {
    hash.update(file).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex');
}
