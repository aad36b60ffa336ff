/**
 * CKKS whose server is slower than it is, to see whether a comparison finds that: as a module file of an outsider.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CKKS = new URL('../schemes/ckks/scheme.ts', import.meta.url).href;

/**
 * Path of the adapter; its id is `ckks`. What the server does for a batch is followed by a busy wait of `share` times the time that it
 * took, measured by its own clock: 0.1 is a server that is 10% slower, 0 one that only goes the same way.
 */
export function writeSlowedCkks(folder: string, share: number): string {
  const path = join(folder, `slowed-${Math.round(100 * share)}.mjs`);
  writeFileSync(
    path,
    `import { scheme as ckks } from '${CKKS}';
const OF_A_BATCH = new Set(['load', 'run', 'store']);
async function slowed(call) {
  const begin = performance.now();
  const result = await call();
  const end = performance.now();
  while (performance.now() - end < ${share} * (end - begin));
  return result;
}
function slower(evaluator) {
  return new Proxy(evaluator, {
    get(target, name) {
      const member = target[name];
      if (typeof member !== 'function') return member;
      return OF_A_BATCH.has(name) ? (...all) => slowed(() => member.apply(target, all)) : (...all) => member.apply(target, all);
    },
  });
}
export const scheme = { ...ckks, createEvaluator: async (...all) => slower(await ckks.createEvaluator(...all)) };
`,
  );
  return path;
}
