/**
 * Plans kept between launches. Planning is a pure function of the network, the scheme and the layout, and takes seconds where an
 * inference takes milliseconds; so a plan is made once and found again by a digest of all that it depends on.
 *
 * A file that cannot be read, or that was cut off, counts as missing: the plan is made again. Files are written under another name and
 * moved into place, so that launches may share a folder.
 *
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

/** Where plans are kept, and all that they depend on besides the network. */
export interface PlanCache {
  readonly folder: string;
  /** Everything that the scheme's `compile` and the planner depend on and that no circuit shows: versions, requirement, engine. */
  readonly context: string;
  /** Memory that an evaluator may take now: a kept plan that needs more is made anew. */
  readonly memory_bytes: number;
}

const ENDING = '.plan';
/** All plans of the built-in networks take about a tenth. Beyond it, plans that were used longest ago are deleted first. */
const MOST_BYTES = 1e9;

/**
 * The result of `make` for these inputs: kept, or made now and kept where `isWorthKeeping` says so.
 *
 * @param cache null: nothing is kept
 * @param inputs all that the result depends on, structured-cloneable
 * @param isUsable asked of a kept result: false has it made again
 * @example
 * const plan = keepPlan(cache, { network, layout }, () => search(network, layout), { isWorthKeeping: isPlan, isUsable: fits });
 */
export function keepPlan<T extends object>(
  cache: PlanCache | null,
  inputs: object,
  make: () => T,
  { isWorthKeeping, isUsable }: { readonly isWorthKeeping: (made: T) => boolean; readonly isUsable: (kept: T) => boolean },
): T {
  if (cache === null) return make();
  const name = digestOf(cache.context, inputs);
  const kept = read(cache.folder, name) as T | null;
  if (kept !== null && isUsable(kept)) return kept;
  const made = make();
  if (isWorthKeeping(made)) write(cache.folder, name, made);
  return made;
}

function digestOf(context: string, inputs: object): string {
  return createHash('sha256').update(context).update(serialize(inputs)).digest('hex');
}

/** Name and content stand together in the file: an entry that was moved or mixed up is ignored. */
interface Entry {
  readonly name: string;
  readonly made: unknown;
}

function read(folder: string, name: string): unknown {
  const path = join(folder, name + ENDING);
  try {
    const entry = deserialize(readFileSync(path)) as Entry | null;
    if (entry?.name !== name) return null;
    const now = new Date();
    utimesSync(path, now, now);
    return entry.made;
  } catch {
    return null;
  }
}

/** A folder that cannot be written costs time, not the run: nothing is kept. */
function write(folder: string, name: string, made: unknown): void {
  const draft = join(folder, `${name}.${randomUUID()}.draft`);
  const entry: Entry = { name, made };
  try {
    // Alone: Node's own way to make the folders above it as well never ends where a file system takes none (`/proc`).
    if (!existsSync(folder)) mkdirSync(folder);
    try {
      writeFileSync(draft, serialize(entry));
      renameSync(draft, join(folder, name + ENDING));
    } finally {
      // It is gone already where the move succeeded.
      rmSync(draft, { force: true });
    }
    removeOldest(folder);
  } catch {
    return;
  }
}

function removeOldest(folder: string): void {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => ({ path: join(folder, file), facts: statSync(join(folder, file), { throwIfNoEntry: false }) }))
    .flatMap(({ path, facts }) => (facts === undefined ? [] : [{ path, bytes: facts.size, used_ms: facts.mtimeMs }]))
    .sort((a, b) => b.used_ms - a.used_ms);
  let total = 0;
  for (const { path, bytes } of files) {
    total += bytes;
    if (total > MOST_BYTES) rmSync(path, { force: true });
  }
}
