/**
 * What the kernel can be asked for. Operands are numbers: addresses are bytes in the arena's memory, `block` is the address of a modulus
 * block, `n` counts the values of a polynomial. The kernel checks nothing: whoever calls the arithmetic keeps the bounds (`bound.ts`).
 *
 * @module
 */
import type { Functions } from './task-queue.ts';

export interface Kernel {
  probeMultiplyAdd(a: number, b: number, c: number): number;
  probeNegatedMultiplyAdd(a: number, b: number, c: number): number;
  forwardNtt(source: number, target: number, block: number, n: number, reductions: number): void;
  forwardColumns(source: number, target: number, block: number, n: number, reductions: number, from: number, to: number): void;
  forwardBlocks(data: number, block: number, n: number, reductions: number, from: number, to: number): void;
  inverseNtt(source: number, target: number, block: number, n: number, reduceInput: number): void;
  inverseBlocks(source: number, target: number, block: number, n: number, reduceInput: number, from: number, to: number): void;
  inverseColumns(data: number, block: number, n: number, from: number, to: number): void;
  permute(source: number, target: number, table: number, n: number): void;
  permuteAdd(source: number, addend: number, target: number, table: number, n: number): void;
  permuteSigned(source: number, target: number, table: number, n: number): void;
  sumOfProducts(
    count: number,
    terms: number,
    first: number,
    second: number,
    from: number,
    to: number,
    block: number,
    bias: number,
    reduced: number,
    accumulate: number,
  ): void;
  gatheredSum(
    count: number,
    terms: number,
    table: number,
    first: number,
    second: number,
    from: number,
    to: number,
    block: number,
    bias: number,
    reduced: number,
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
  addReduced(a: number, b: number, target: number, n: number, block: number): void;
  subtractReduced(a: number, b: number, target: number, n: number, block: number): void;
  scale(a: number, target: number, n: number, block: number, w: number, wOverP: number): void;
  tensor(a0: number, a1: number, b0: number, b1: number, target0: number, target1: number, target2: number, n: number, block: number): void;
  tensorSquare(a0: number, a1: number, target0: number, target1: number, target2: number, n: number, block: number): void;
  quotientTerm(y: number, v: number, n: number, c: number, first: number, last: number): void;
  combine(
    count: number,
    terms: number,
    constants: number,
    target: number,
    from: number,
    to: number,
    block: number,
    accumulate: number,
  ): void;
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
  /** Numbers from outside of wasm memory, from the place that they were put to. */
  bring(at: number, target: number, n: number): void;
  compress(state: number, message: number, length: bigint, last: number): void;
  expandUniform(state: number, work: number, seed: number, list: number, limbs: number, n: number): void;
}

/** The calls that a task may make, in the order of their numbers; the other calls return a result at once, and are never part of a task. */
export const CALLS = [
  'forwardNtt',
  'forwardColumns',
  'forwardBlocks',
  'inverseNtt',
  'inverseBlocks',
  'inverseColumns',
  'permute',
  'permuteAdd',
  'permuteSigned',
  'sumOfProducts',
  'gatheredSum',
  'subtractMultiply',
  'subtractMultiplyAdd',
  'addMultiple',
  'clear',
  'copy',
  'reduceAll',
  'addReduced',
  'subtractReduced',
  'addConstant',
  'scale',
  'tensor',
  'tensorSquare',
  'quotientTerm',
  'combine',
  'residueMatrix',
  'read',
  'expandUniform',
  'bring',
] as const satisfies readonly (keyof Kernel)[];

export type CallName = (typeof CALLS)[number];

/** A kernel's functions by number. */
export function functionsOf(kernel: Kernel): Functions {
  const functions: Readonly<Record<CallName, Functions[number]>> = kernel;
  return CALLS.map((name) => functions[name]);
}

/** Operands of `residueMatrix`: see `assembly/residue-matrix.ts`. */
export interface MatrixCall {
  /** Addresses of lists of addresses; the shift is added to each of these. */
  readonly sources: number;
  readonly sourceShift: number;
  readonly targets: number;
  readonly targetShift: number;
  readonly columns: number;
  readonly groups: number;
  readonly groupCount: number;
  /** One number for each row, or 0: none. */
  readonly constants: number;
  /** The residues that are computed. */
  readonly from: number;
  readonly to: number;
  readonly block: number;
  /** Room for packed columns and sums, and the tiles of a strip that fit it. */
  readonly packed: number;
  readonly tiles: number;
  readonly halved: boolean;
  /** The factor that puts two halves together, and its quotient by the prime. */
  readonly factor: { readonly w: number; readonly wOverP: number };
}

export function callResidueMatrix(kernel: Kernel, call: MatrixCall): void {
  kernel.residueMatrix(
    call.sources,
    call.sourceShift,
    call.columns,
    call.groups,
    call.groupCount,
    call.targets,
    call.targetShift,
    call.constants,
    call.from,
    call.to,
    call.block,
    call.packed,
    call.tiles,
    call.halved ? 1 : 0,
    call.factor.w,
    call.factor.wOverP,
  );
}

/** Operands of `tensor`: addresses of the polynomials of two factors, and of what their product has by power of s. */
export interface TensorCall {
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
  readonly targets: readonly [number, number, number];
  readonly n: number;
  readonly block: number;
}

export function callTensor(kernel: Kernel, { a, b, targets, n, block }: TensorCall): void {
  kernel.tensor(a[0], a[1], b[0], b[1], targets[0], targets[1], targets[2], n, block);
}
