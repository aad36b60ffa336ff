/**
 * Compiles `assembly/` to the committed kernels beside it: `npm run build:kernel:paillier`.
 *
 * @module
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compileKernel, FUSED_OPTIONS } from '../../compile-kernel.ts';

/** Limbs of a half: of n up to 3,072 bits, and of its primes. */
export const builds = {
  'modulo-n.wasm': ['--use', 'HALF_LIMBS=64'],
  'modulo-p.wasm': ['--use', 'HALF_LIMBS=36'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const FOLDER = fileURLToPath(new URL('./assembly/', import.meta.url));

/** The compiled kernel; the same sources and compiler give the same bytes. */
export function buildKernel(name: keyof typeof builds): Promise<Uint8Array> {
  return compileKernel(FOLDER, [...FUSED_OPTIONS, ...builds[name]]);
}

if (import.meta.main) {
  for (const name of Object.keys(builds) as (keyof typeof builds)[]) await writeFile(FOLDER + name, await buildKernel(name));
}
