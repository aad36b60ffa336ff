/**
 * node-tfhe, and how much memory its wasm instance has taken. A process has one instance only.
 *
 * @module
 */
import { createRequire } from 'node:module';
import type library from 'node-tfhe';

/**
 * The library makes its instance while it is loaded and keeps it to itself: its memory can be seen only at that moment. Null where
 * other code in the process had loaded the library before.
 */
function loadLibrary(): { readonly tfhe: typeof library; readonly memory: WebAssembly.Memory | null } {
  const { Instance } = WebAssembly;
  let memory: WebAssembly.Memory | null = null;
  class Watched extends Instance {
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      super(module, imports);
      if (this.exports['memory'] instanceof WebAssembly.Memory) memory = this.exports['memory'];
    }
  }
  WebAssembly.Instance = Watched;
  try {
    const tfhe = createRequire(import.meta.url)('node-tfhe') as typeof library;
    return { tfhe, memory };
  } finally {
    WebAssembly.Instance = Instance;
  }
}

const { tfhe: loaded, memory } = loadLibrary();

export const tfhe = loaded;

/** Bytes of the library's linear memory, which never shrinks; null: unknown. */
export function libraryMemory_bytes(): number | null {
  return memory === null ? null : memory.buffer.byteLength;
}
