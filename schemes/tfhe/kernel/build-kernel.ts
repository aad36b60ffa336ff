/**
 * Builds the kernel: `npm run build:kernel:tfhe`. Two builds of the same source, with fused multiply-adds (relaxed SIMD)
 * and without; both are committed, and a test builds again and compares bytes.
 *
 * @module
 */
import { fileURLToPath } from 'node:url';
import { writeFile } from 'node:fs/promises';
import { compileKernel } from '../../compile-kernel.ts';

export const builds = {
  'kernel.wasm': [],
  'kernel-relaxed.wasm': ['--enable', 'relaxed-simd'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const FOLDER = fileURLToPath(new URL('./assembly/', import.meta.url));
const MAXIMUM_PAGES = '65536';

/** The bytes of one build. @throws Error where the source does not compile. */
export function buildKernel(name: keyof typeof builds): Promise<Uint8Array> {
  const common = ['--runtime', 'stub', '-O3', '--noAssert', '--enable', 'simd', '--enable', 'threads'];
  const memory = ['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', MAXIMUM_PAGES];
  return compileKernel(FOLDER, [...common, ...memory, ...builds[name]]);
}

if (import.meta.main) {
  for (const name of Object.keys(builds) as (keyof typeof builds)[]) {
    const bytes = await buildKernel(name);
    await writeFile(FOLDER + name, bytes);
    process.stdout.write(`${name}: ${bytes.length} bytes\n`);
  }
}
