/**
 * Builds the kernel: `npm run build:kernel:tfhe`. Two builds of the same source, with fused multiply-adds (relaxed SIMD)
 * and without; both are committed, and a test builds again and compares bytes.
 *
 * @module
 */
import asc from 'assemblyscript/asc';
import { fileURLToPath } from 'node:url';
import { writeFile } from 'node:fs/promises';

export const builds = {
  'kernel.wasm': [],
  'kernel-relaxed.wasm': ['--enable', 'relaxed-simd'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const FOLDER = fileURLToPath(new URL('./assembly/', import.meta.url));
const MAXIMUM_PAGES = '65536';

/** The bytes of one build. @throws where the source does not compile. */
export async function buildKernel(name: keyof typeof builds): Promise<Uint8Array> {
  const common = ['--runtime', 'stub', '-O3', '--noAssert', '--enable', 'simd', '--enable', 'threads'];
  const memory = ['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', MAXIMUM_PAGES];
  const written = new Map<string, Uint8Array | string>();
  const { error } = await asc.main(['index.ts', '--baseDir', FOLDER, '--outFile', name, ...common, ...memory, ...builds[name]], {
    writeFile: (filename, contents) => void written.set(filename, contents),
  });
  const binary = written.get(name);
  if (error !== null || typeof binary !== 'object') throw new Error(`${name} does not build`, { cause: error });
  return binary;
}

if (import.meta.main) {
  for (const name of Object.keys(builds) as (keyof typeof builds)[]) {
    const bytes = await buildKernel(name);
    await writeFile(FOLDER + name, bytes);
    process.stdout.write(`${name}: ${bytes.length} bytes\n`);
  }
}
