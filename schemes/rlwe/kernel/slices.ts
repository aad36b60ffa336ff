/**
 * Calls cut into slices of residues, so that several threads share one call.
 *
 * Most calls compute residue by residue: a slice of them is the same call on fewer. Those that permute read their source as a whole.
 * Transforms take two steps, one on columns (residues that are n / 8 apart, or n / 4) and one on parts that lie together; between the
 * two every thread must be done.
 *
 * @module
 */
import type { CallName } from './kernel-calls.ts';

/** A call and its operands. */
export interface Call {
  readonly name: CallName;
  readonly operands: readonly number[];
}

/** A call, or a step of it, as it is cut: slice `from` to `to` of `n` residues. */
export interface Step {
  readonly columns: boolean;
  readonly n: number;
  /** Addresses of polynomials that every slice reads as a whole, and of those that it writes its part of. */
  readonly gathered: readonly number[];
  readonly written: readonly number[];
  readonly slice: (from: number, to: number) => Call;
}

/** Where operands stand: addresses that move with the slice, the number of residues; tables with bytes for each residue. */
interface Places {
  readonly moved: readonly number[];
  readonly written: readonly number[];
  readonly count: number;
  readonly gathered?: readonly number[];
  readonly table?: { readonly at: number; readonly bytes: number };
}

const RESIDUE_BYTES = 8;

const elementwise: Readonly<Partial<Record<CallName, Places>>> = {
  permute: { moved: [1], written: [1], count: 3, gathered: [0], table: { at: 2, bytes: 2 } },
  permuteAdd: { moved: [1, 2], written: [2], count: 4, gathered: [0], table: { at: 3, bytes: 2 } },
  permuteSigned: { moved: [1], written: [1], count: 3, gathered: [0], table: { at: 2, bytes: 4 } },
  subtractMultiply: { moved: [0, 1, 2], written: [2], count: 3 },
  subtractMultiplyAdd: { moved: [0, 1, 2, 3], written: [3], count: 4 },
  addMultiple: { moved: [0, 1, 2], written: [2], count: 3 },
  clear: { moved: [0], written: [0], count: 1 },
  copy: { moved: [0, 1], written: [1], count: 2 },
  reduceAll: { moved: [0, 1], written: [1], count: 2 },
  addReduced: { moved: [0, 1, 2], written: [2], count: 3 },
  subtractReduced: { moved: [0, 1, 2], written: [2], count: 3 },
  scale: { moved: [0, 1], written: [1], count: 2 },
  tensor: { moved: [0, 1, 2, 3, 4, 5, 6], written: [4, 5, 6], count: 7 },
  tensorSquare: { moved: [0, 1, 2, 3, 4], written: [2, 3, 4], count: 5 },
  quotientTerm: { moved: [0, 1], written: [1], count: 2 },
  // Places outside are counted in numbers.
  bring: { moved: [1], written: [1], count: 2, table: { at: 0, bytes: 1 } },
};

/** Calls that name the slice they compute: where its two ends and what it writes stand among the operands. */
const ranged: Readonly<Partial<Record<CallName, { readonly from: number; readonly written: readonly number[] }>>> = {
  sumOfProducts: { from: 4, written: [2, 3] },
  gatheredSum: { from: 5, written: [3, 4] },
  combine: { from: 4, written: [3] },
};

/** The steps of a call, or null where it cannot be cut. `digits`: the addresses that a gathered sum reads as a whole. */
export function stepsOf(call: Call, digits: (call: Call) => readonly number[]): readonly Step[] | null {
  const { name, operands } = call;
  const places = elementwise[name];
  if (places !== undefined) return [elementwiseStep(call, places)];
  const range = ranged[name];
  if (range !== undefined) {
    const gathered = name === 'gatheredSum' ? digits(call) : [];
    const slice = (from: number, to: number): Call => ({ name, operands: operands.with(range.from, from).with(range.from + 1, to) });
    return [{ columns: false, n: operands[range.from + 1]!, gathered, written: range.written.map((at) => operands[at]!), slice }];
  }
  const [source, target, block, n, option] = operands as [number, number, number, number, number];
  const step = (columns: boolean, part: CallName, given: readonly number[]): Step => {
    const slice = (from: number, to: number): Call => ({ name: part, operands: [...given, from, to] });
    return { columns, n, gathered: [], written: [target], slice };
  };
  if (name === 'forwardNtt')
    return [step(true, 'forwardColumns', [source, target, block, n, option]), step(false, 'forwardBlocks', [target, block, n, option])];
  if (name === 'inverseNtt')
    return [step(false, 'inverseBlocks', [source, target, block, n, option]), step(true, 'inverseColumns', [target, block, n])];
  return null;
}

function elementwiseStep({ name, operands }: Call, { moved, written, count, gathered = [], table }: Places): Step {
  const slice = (from: number, to: number): Call => {
    const cut = [...operands];
    for (const at of moved) cut[at]! += RESIDUE_BYTES * from;
    if (table !== undefined) cut[table.at]! += table.bytes * from;
    cut[count] = to - from;
    return { name, operands: cut };
  };
  const addresses = (places: readonly number[]): number[] => places.map((at) => operands[at]!);
  return { columns: false, n: operands[count]!, gathered: addresses(gathered), written: addresses(written), slice };
}

/** Slices of a transform begin and end where its parts do, of which there are four or eight. */
export const MOST_SLICES = 4;
/** The fewest residues of a slice: a column of each part, in vectors. */
const FEWEST = 16;

/**
 * A task's calls as stages of 2 or 4 slices: `stages[s][i]` are the calls of slice i, and all slices of a stage must be done before the
 * next begins. Null where a call cannot be cut, or has too few residues.
 */
export function cutTask(
  calls: readonly Call[],
  slices: number,
  digits: (call: Call) => readonly number[],
): readonly (readonly (readonly Call[])[])[] | null {
  const stages: Stage[] = [];
  for (const call of calls) {
    const steps = stepsOf(call, digits);
    if (steps === null) return null;
    for (const step of steps) {
      if (step.n % (FEWEST * slices) !== 0) return null;
      if (stages.at(-1)?.takes(step) !== true) stages.push(new Stage(step.columns, slices));
      stages.at(-1)!.add(step);
    }
  }
  return stages.map((stage) => stage.slices);
}

/** Steps whose slices need not wait for each other. */
class Stage {
  readonly slices: readonly Call[][];
  readonly #columns: boolean;
  readonly #written = new Set<number>();
  readonly #gathered = new Set<number>();

  constructor(columns: boolean, slices: number) {
    this.#columns = columns;
    this.slices = Array.from({ length: slices }, () => []);
  }

  /** Whether the step reads as a whole nothing that is written in slices here, nor the other way round. */
  takes({ columns, gathered, written }: Step): boolean {
    const meets = gathered.some((address) => this.#written.has(address)) || written.some((address) => this.#gathered.has(address));
    return columns === this.#columns && !meets;
  }

  add({ n, gathered, written, slice }: Step): void {
    for (const address of gathered) this.#gathered.add(address);
    for (const address of written) this.#written.add(address);
    const length = n / this.slices.length;
    for (const [at, calls] of this.slices.entries()) calls.push(slice(at * length, (at + 1) * length));
  }
}
