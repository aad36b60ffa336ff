/**
 * The evaluator's wasm kernel: loading, the choice between its two builds, and its exports as types.
 *
 * @module
 */
import { readFileSync } from 'node:fs';

/** Fused multiply-adds (relaxed SIMD) where the engine has them. */
export type KernelPath = 'fused' | 'fallback';

/** Addresses and strides are bytes. `engine` and `workspace` are addresses of records (`assembly/layout.ts`). */
export interface KernelExports {
  /** N torus words to N / 2 complex numbers; pair p goes to out + p * stride. */
  transformKey(engine: number, workspace: number, words: number, out: number, stride: number): void;
  /** `inputs` is the address of the batch's addresses. */
  keyswitch(engine: number, workspace: number, inputs: number, batch: number): void;
  bootstrap(engine: number, workspace: number, inputs: number, outputs: number, table: number, batch: number): void;
  affine(outputs: number, inputs: number, offsets: number, indices: number, weights: number, rows: number, words: number): void;
  /** The two halves of the FFT: digits to n complex numbers, and back onto u32 coefficients. Exported so that they stay functions. */
  forwardDigits(digits: number, scratch: number, n: number, twiddles: number, out: number, stride: number): void;
  inverseAdd(values: number, n: number, twiddles: number, lastTwiddles: number, out: number): void;
}

export interface Kernel extends KernelExports {
  readonly path: KernelPath;
}

const FILES: Readonly<Record<KernelPath, string>> = { fused: 'kernel-relaxed.wasm', fallback: 'kernel.wasm' };

function bytesOf(path: KernelPath): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`./assembly/${FILES[path]}`, import.meta.url)));
}

/** The build that this engine runs fastest. */
export function preferredPath(): KernelPath {
  return WebAssembly.validate(bytesOf('fused')) ? 'fused' : 'fallback';
}

/** Instantiates the kernel on shared memory, which other threads may use with instances of their own. */
export function loadKernel(memory: WebAssembly.Memory, path: KernelPath): Kernel {
  const abort = (): never => {
    throw new Error('the TFHE kernel aborted');
  };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytesOf(path)), { env: { memory, abort } });
  return { ...(instance.exports as unknown as KernelExports), path };
}
