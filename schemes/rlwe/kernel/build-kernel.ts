/**
 * Compiles `assembly/` to the committed kernels beside it: `npm run build:kernel:rlwe`.
 *
 * @module
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compileKernel, FUSED_OPTIONS } from '../../compile-kernel.ts';

const SHARED = ['--sharedMemory', '--initialMemory', '16', '--maximumMemory', '65536', '--enable', 'threads'];

/** The code is the same, but it names the kind of memory that it works on. */
export const builds = { 'kernel.wasm': [], 'kernel-shared.wasm': SHARED } as const satisfies Readonly<Record<string, readonly string[]>>;

const FOLDER = fileURLToPath(new URL('./assembly/', import.meta.url));

/** The compiled kernel; the same sources and compiler give the same bytes. */
export function buildKernel(name: keyof typeof builds): Promise<Uint8Array> {
  return compileKernel(FOLDER, [...FUSED_OPTIONS, ...builds[name]]);
}

if (import.meta.main) {
  for (const name of Object.keys(builds) as (keyof typeof builds)[]) await writeFile(FOLDER + name, await buildKernel(name));
}
