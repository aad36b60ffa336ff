/**
 * Compiles `assembly/` to the committed `assembly/kernel.wasm`: `npm run build:kernel:rlwe`.
 *
 * @module
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compileKernel } from '../compile-kernel.ts';

const OPTIONS = [
  '--optimizeLevel',
  '3',
  '--runtime',
  'stub',
  '--noAssert',
  '--importMemory',
  // Threads of one evaluator share it.
  '--sharedMemory',
  '--initialMemory',
  '16',
  '--maximumMemory',
  '65536',
  '--enable',
  'threads',
  '--enable',
  'simd',
  '--enable',
  'relaxed-simd',
];

/** The compiled kernel; the same sources and compiler give the same bytes. */
export function buildKernel(): Promise<Uint8Array> {
  return compileKernel(fileURLToPath(new URL('assembly/', import.meta.url)), OPTIONS);
}

if (import.meta.main) await writeFile(new URL('assembly/kernel.wasm', import.meta.url), await buildKernel());
