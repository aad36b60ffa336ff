/**
 * Loading the compiled kernel, and probing whether the engine rounds as it needs.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import type { Kernel } from './kernel-calls.ts';
import { Arena } from './memory.ts';
import type { OutsideMemory } from './outside-memory.ts';

const compiled = new Map<boolean, WebAssembly.Module>();

/** The kernel as code, for a memory of one thread or of several. @throws WebAssembly.CompileError where the engine has no relaxed SIMD. */
export function kernelModule(shared: boolean): WebAssembly.Module {
  const known = compiled.get(shared);
  if (known !== undefined) return known;
  const file = shared ? 'kernel-shared.wasm' : 'kernel.wasm';
  const module = new WebAssembly.Module(readFileSync(new URL(`assembly/${file}`, import.meta.url)));
  compiled.set(shared, module);
  return module;
}

/** @throws WebAssembly.CompileError where the engine has no relaxed SIMD. */
export function loadKernel({ wasm, shared, outside }: Pick<Arena, 'wasm' | 'shared' | 'outside'>): Kernel {
  return instantiate(kernelModule(shared), wasm, outside);
}

/** The kernel on a memory, which threads share with instances of their own, and beside it what lies outside. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory, outside: OutsideMemory): Kernel {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort: unreachable } });
  return {
    ...(exports as unknown as Omit<Kernel, 'bring'>),
    bring: (at, target, n) => outside.copy(at, new Float64Array(memory.buffer, target, n)),
  };
}

function unreachable(): never {
  throw new Error('the kernel aborted');
}

/**
 * Whether relaxed multiply-add rounds once. The engine may also round twice (WebAssembly relaxed SIMD proposal), and then every
 * product would be wrong: 2^-60 is lost in the first rounding of (1 + 2^-30) (1 - 2^-30).
 */
export function isFused(kernel: Pick<Kernel, 'probeMultiplyAdd' | 'probeNegatedMultiplyAdd'>): boolean {
  const a = 1 + 2 ** -30;
  const b = 1 - 2 ** -30;
  return kernel.probeMultiplyAdd(a, b, -1) === -(2 ** -60) && kernel.probeNegatedMultiplyAdd(a, b, 1) === 2 ** -60;
}

let fused: boolean | undefined;

/** Whether this engine runs the kernel, and rounds as it needs. Probed once. */
export function fusedArithmetic(): boolean {
  fused ??= probe();
  return fused;
}

function probe(): boolean {
  try {
    return isFused(loadKernel(new Arena()));
  } catch {
    return false;
  }
}
