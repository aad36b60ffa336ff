/**
 * Adapters whose launches are short, for tests that run many: as module files of an outsider.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CKKS = new URL('../schemes/ckks/scheme.ts', import.meta.url).href;

/** Path of CKKS at its set for tests, with the slots of that set; its id is `ckks-tiny`. */
export function writeTinyCkks(folder: string): string {
  const path = join(folder, 'ckks-tiny.mjs');
  writeFileSync(
    path,
    `import { scheme as ckks } from '${CKKS}';
export const scheme = {
  ...ckks,
  id: 'ckks-tiny',
  shapes: [{ rows: 1, columns: 512 }],
  compile: (circuits, need) => ckks.compile(circuits, { ...need, parameters: 'insecure-tiny' }),
};
`,
  );
  return path;
}
