/**
 * Loading the compiled kernel and probing it. Addresses are bytes in the arena's memory, `block` a modulus block, n values per
 * polynomial. Only `ring.ts` with what it extends and `strips.ts` call the arithmetic: they keep the bounds that the kernel
 * itself does not check.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { Arena } from './memory.ts';

export interface Kernel {
  probeMultiplyAdd(a: number, b: number, c: number): number;
  probeNegatedMultiplyAdd(a: number, b: number, c: number): number;
  forwardNtt(source: number, target: number, block: number, n: number, reductions: number): void;
  inverseNtt(source: number, target: number, block: number, n: number, reduceInput: number): void;
  permute(source: number, target: number, table: number, n: number): void;
  permuteAdd(source: number, addend: number, target: number, table: number, n: number): void;
  permuteSigned(source: number, target: number, table: number, n: number): void;
  sumOfProducts(count: number, terms: number, first: number, second: number, n: number, block: number, accumulate: number): void;
  gatheredSum(
    count: number,
    terms: number,
    table: number,
    first: number,
    second: number,
    n: number,
    block: number,
    accumulate: number,
  ): void;
  subtractMultiply(a: number, remainder: number, target: number, n: number, block: number, w: number, wOverP: number): void;
  subtractMultiplyAdd(
    a: number,
    remainder: number,
    addend: number,
    target: number,
    n: number,
    block: number,
    w: number,
    wOverP: number,
  ): void;
  addMultiple(a: number, b: number, target: number, n: number, block: number, w: number, wOverP: number): void;
  read(source: number, target: number, n: number, block: number): void;
  write(source: number, target: number, n: number, block: number): void;
  maximum(source: number, n: number): number;
  clear(target: number, n: number): void;
  copy(source: number, target: number, n: number): void;
  reduceAll(source: number, target: number, n: number, block: number): void;
  add(a: number, b: number, target: number, n: number): void;
  addReduced(a: number, b: number, target: number, n: number, block: number): void;
  subtractReduced(a: number, b: number, target: number, n: number, block: number): void;
  multiplyReduced(a: number, b: number, target: number, n: number, block: number): void;
  scale(a: number, target: number, n: number, block: number, w: number, wOverP: number): void;
  tensor(a0: number, a1: number, b0: number, b1: number, target0: number, target1: number, target2: number, n: number, block: number): void;
  tensorSquare(a0: number, a1: number, target0: number, target1: number, target2: number, n: number, block: number): void;
  quotientTerm(y: number, v: number, n: number, c: number, first: number, last: number): void;
  combine(count: number, terms: number, constants: number, target: number, n: number, block: number, accumulate: number): void;
  addConstant(target: number, n: number, block: number, constant: number): void;
  residueMatrix(
    sources: number,
    sourceShift: number,
    columns: number,
    groups: number,
    groupCount: number,
    targets: number,
    targetShift: number,
    constants: number,
    from: number,
    to: number,
    block: number,
    packed: number,
    tiles: number,
    halved: number,
    w: number,
    wOverP: number,
  ): void;
  compress(state: number, message: number, length: bigint, last: number): void;
  expandUniform(state: number, work: number, seed: number, list: number, limbs: number, n: number): void;
}

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
export function loadKernel({ wasm, shared }: Pick<Arena, 'wasm' | 'shared'>): Kernel {
  return instantiate(kernelModule(shared), wasm);
}

/** The kernel on a memory, which threads share with instances of their own. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernel {
  return new WebAssembly.Instance(module, { env: { memory, abort: unreachable } }).exports as unknown as Kernel;
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
