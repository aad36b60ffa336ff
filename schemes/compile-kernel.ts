/**
 * AssemblyScript to wasm. The compiler runs as a program: its types would change the globals of every file that sees them.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** For kernels of fused multiply-adds (relaxed SIMD) on memory that the host makes: fastest code, no garbage collector, no assertions. */
export const FUSED_OPTIONS: readonly string[] = [
  ...['--optimizeLevel', '3', '--runtime', 'stub', '--noAssert', '--importMemory'],
  ...['--enable', 'simd', '--enable', 'relaxed-simd'],
];

/** The wasm of `index.ts` in a folder; equal sources and options give equal bytes. @throws Error with the compiler's words */
export async function compileKernel(folder: string, options: readonly string[]): Promise<Uint8Array> {
  const compiler = join(dirname(findPackageJSON('assemblyscript', import.meta.url)!), 'bin', 'asc.js');
  const built = await mkdtemp(join(tmpdir(), 'enigmark-kernel-'));
  try {
    const outFile = join(built, 'kernel.wasm');
    await promisify(execFile)(process.execPath, [compiler, 'index.ts', '--baseDir', folder, '--outFile', outFile, ...options]);
    return await readFile(outFile);
  } finally {
    await rm(built, { recursive: true });
  }
}
