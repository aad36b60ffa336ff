/**
 * Compiles `assembly/` to the committed `assembly/kernel.wasm`: `node schemes/rlwe/build-kernel.ts`.
 *
 * @module
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { main } from 'assemblyscript/asc';

const OPTIONS = [
  '--optimizeLevel',
  '3',
  '--runtime',
  'stub',
  '--noAssert',
  '--importMemory',
  '--enable',
  'simd',
  '--enable',
  'relaxed-simd',
];

/** The compiled kernel; the same sources and compiler give the same bytes. */
export async function buildKernel(): Promise<Uint8Array> {
  const folder = fileURLToPath(new URL('assembly/', import.meta.url));
  let binary: Uint8Array | undefined;
  const messages: string[] = [];
  const { error } = await main(['index.ts', '--baseDir', folder, '--outFile', 'kernel.wasm', ...OPTIONS], {
    writeFile: (name: string, contents: string | Uint8Array) => {
      if (name === 'kernel.wasm' && typeof contents !== 'string') binary = contents;
    },
    stderr: { write: (text: string | Uint8Array) => void messages.push(String(text)) },
  });
  if (error !== null || binary === undefined) throw new Error(`the kernel does not compile: ${messages.join('')}`, { cause: error });
  return binary;
}

if (import.meta.main) await writeFile(new URL('assembly/kernel.wasm', import.meta.url), await buildKernel());
