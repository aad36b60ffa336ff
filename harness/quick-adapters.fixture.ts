/**
 * Adapters whose launches are short, for tests that run many: as module files of an outsider.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TFHE = new URL('../schemes/tfhe/scheme.ts', import.meta.url).href;

/** Path of TFHE at its set for tests, whose keys take milliseconds; its id is `tfhe-tiny`. */
export function writeTinyTfhe(folder: string): string {
  const path = join(folder, 'tfhe-tiny.mjs');
  writeFileSync(
    path,
    `import { scheme as tfhe } from '${TFHE}';
export const scheme = {
  ...tfhe,
  id: 'tfhe-tiny',
  compile: (circuits, need) => tfhe.compile(circuits, { ...need, parameters: 'insecure-n1024' }),
};
`,
  );
  return path;
}

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
