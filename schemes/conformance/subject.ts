/**
 * The adapter under test, with the parameters, shape and amount of work that the suite uses.
 *
 * @module
 */
import type { Circuit, Operation, SlotShape } from '../circuit.ts';
import { isRefusal, type Compiled, type HEScheme, type Kernels, type Requirement } from '../scheme.ts';
import { identity } from './circuits/operation-circuits.ts';

/** How often the repeated tests repeat. */
export interface Effort {
  readonly circuits: number;
  readonly flips: number;
  readonly objectCycles: number;
  readonly memoryCycles: number;
  /** Whether every byte of a key's header is damaged, or one of each field. */
  readonly everyKeyByte: boolean;
  readonly timeout_ms: number;
}

const efforts = {
  quick: { circuits: 20, flips: 100, objectCycles: 20, memoryCycles: 100, everyKeyByte: false, timeout_ms: 120_000 },
  thorough: { circuits: 100, flips: 2000, objectCycles: 200, memoryCycles: 1000, everyKeyByte: true, timeout_ms: 3_600_000 },
} as const satisfies Readonly<Record<string, Effort>>;

export interface SubjectOptions {
  readonly scheme: HEScheme;
  /** Id of a parameter set. Default: the one that the adapter chooses. */
  readonly parameters?: string;
  /** Operations that the scheme claims, and refuses with these parameters, this shape or these kernels. Default: none. */
  readonly without?: readonly Operation['op'][];
  /** Default: the first shape of the adapter that its parameters take. */
  readonly shape?: SlotShape;
  /** Default: the first that the adapter has. */
  readonly kernels?: Kernels;
  /** `thorough` runs 2,000 flips, 200 object cycles and 1,000 memory cycles; `quick`, the default, a tenth or less. */
  readonly effort?: keyof typeof efforts;
  /** Of circuits and values; never of keys. Default 1. */
  readonly seed?: number;
}

export interface Subject {
  readonly scheme: HEScheme;
  readonly shape: SlotShape;
  readonly slots: number;
  readonly need: Requirement;
  readonly effort: Effort;
  readonly seed: number;
}

/** Well above the 6 bits that benchmarks ask for. */
const PRECISION_BITS = 8;

/** @throws Error where the adapter takes none of its own shapes with these parameters. */
export function createSubject({
  without = [],
  parameters,
  shape,
  kernels,
  effort = 'quick',
  seed = 1,
  ...options
}: SubjectOptions): Subject {
  const scheme = claimingLess(options.scheme, without);
  const need: Requirement = {
    security_bits: 128,
    precision_bits: PRECISION_BITS,
    failure_log2: -40,
    kernels: kernels ?? scheme.library.kernels[0] ?? 'library',
    threads: 1,
    memory_bytes: 2 ** 32,
    encryption: 'symmetric',
    ...(parameters === undefined ? {} : { parameters }),
  };
  const takes = (candidate: SlotShape): boolean => !isRefusal(scheme.compile([identity({ scheme, shape: candidate })], need));
  const chosen = shape ?? scheme.shapes.find(takes);
  if (chosen === undefined) throw new Error(`'${scheme.id}' takes none of its own shapes${parameters ? ` with '${parameters}'` : ''}`);
  return { scheme, shape: chosen, slots: chosen.rows * chosen.columns, need, effort: efforts[effort], seed };
}

/** The scheme itself where it claims all of its operations: what `shapes` of an adapter are may depend on the machine. */
function claimingLess(scheme: HEScheme, without: readonly Operation['op'][]): HEScheme {
  if (without.length === 0) return scheme;
  return { ...scheme, operations: new Set([...scheme.operations].filter((op) => !without.includes(op))) };
}

/** Compiles circuits that the adapter must accept. @throws Error with the adapter's reason */
export function compiledBy({ scheme, need }: Pick<Subject, 'scheme' | 'need'>, circuits: readonly Circuit[]): Compiled {
  const result = scheme.compile(circuits, need);
  if (isRefusal(result)) throw new Error(`compile refused '${circuits[0]?.id ?? ''}': ${result.code}, ${result.reason}`);
  const noisy = Object.values(result.estimate.correctness).some(({ kind }) => kind === 'noisy');
  if (noisy && scheme.createSimulator === undefined)
    throw new Error(`'${scheme.id}' makes noisy plans, and has no simulator that predicts them`);
  return result;
}
