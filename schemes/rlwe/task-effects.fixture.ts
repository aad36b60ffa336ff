/**
 * What tasks read and write, call by call, for tests: two tasks that may run at the same time must not meet where one of them writes.
 *
 * @module
 */
import { vi } from 'vitest';
import type { Arena } from './memory.ts';
import { TaskQueue } from './task-queue.ts';
import { CALLS } from './threads.ts';

interface Effects {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
}

type Operands = readonly number[];
type EffectsOf = (operands: Operands, u32: Uint32Array) => Effects;

/** The first operands are read, the next are written; what follows is neither. */
function plain(reads: number, writes: number): EffectsOf {
  return (operands) => ({ reads: operands.slice(0, reads), writes: operands.slice(reads, reads + writes) });
}

/** A list of terms of so many addresses stands in memory; further operands are read, and written, by place. */
function listed(addresses: number, reads: readonly number[], writes: readonly number[]): EffectsOf {
  return (operands, u32) => {
    const [count, list] = operands as [number, number];
    const terms = u32.subarray(list / 4, list / 4 + count * addresses);
    return { reads: [...terms, ...reads.map((at) => operands[at]!)], writes: writes.map((at) => operands[at]!) };
  };
}

/** A range of residues of every polynomial in the lists; ranges of one polynomial begin at different addresses. */
const matrix: EffectsOf = (operands, u32) => {
  const [sources, sourceShift, columns, groups, groupCount, targets, targetShift] = operands as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const words = Array.from({ length: groupCount }, (_, group) => groups / 4 + group * 10);
  const rows = words.reduce((sum, at) => sum + u32[at]!, 0);
  const first = 8 * operands[8]!;
  const at = (list: number, count: number, shift: number): number[] =>
    Array.from(u32.subarray(list / 4, list / 4 + count), (address) => address + shift + first);
  return { reads: at(sources, columns, sourceShift), writes: [...at(targets, rows, targetShift), operands[11]!] };
};

const effects: Readonly<Record<(typeof CALLS)[number], EffectsOf>> = {
  forwardNtt: plain(1, 1),
  inverseNtt: plain(1, 1),
  permute: plain(1, 1),
  permuteAdd: plain(2, 1),
  permuteSigned: plain(1, 1),
  sumOfProducts: listed(3, [], [2, 3]),
  gatheredSum: listed(3, [], [3, 4]),
  weightedSum: listed(3, [3], [4, 5]),
  gatheredMultiplyAdd: (operands) => ({ reads: operands.slice(0, 2), writes: [operands[3]!] }),
  subtractMultiply: plain(2, 1),
  subtractMultiplyAdd: plain(3, 1),
  addMultiple: plain(2, 1),
  clear: plain(0, 1),
  copy: plain(1, 1),
  reduceAll: plain(1, 1),
  add: plain(2, 1),
  addReduced: plain(2, 1),
  subtractReduced: plain(2, 1),
  multiplyReduced: plain(2, 1),
  multiplyAdd: plain(2, 1),
  addConstant: plain(0, 1),
  scale: plain(1, 1),
  tensor: plain(4, 3),
  tensorSquare: plain(2, 3),
  quotientTerm: plain(1, 1),
  combine: listed(1, [], [3]),
  residueMatrix: matrix,
};

interface Task {
  readonly window: number;
  readonly calls: readonly string[];
  readonly reads: ReadonlySet<number>;
  readonly writes: ReadonlySet<number>;
}

/** Watches every queue. */
export interface Watch {
  /** Where two tasks met that may run at the same time. */
  readonly races: string[];
  readonly names: Set<string>;
  tasks: number;
  stop(): void;
}

/** `arena`: of the queues that are watched. */
export function watchTasks(arena: () => Arena): Watch {
  let calls: { readonly name: (typeof CALLS)[number]; readonly effects: Effects }[] = [];
  let tasks: Task[] = [];
  const watch: Watch = { races: [], names: new Set(), tasks: 0, stop: () => vi.restoreAllMocks() };
  /* eslint-disable @typescript-eslint/unbound-method -- they are called on the queue that they came from */
  const { call, publish, finish } = TaskQueue.prototype;
  /* eslint-enable @typescript-eslint/unbound-method */
  vi.spyOn(TaskQueue.prototype, 'call').mockImplementation(function (this: TaskQueue, number, operands) {
    const name = CALLS[number]!;
    calls.push({ name, effects: effects[name](operands, arena().u32) });
    watch.names.add(name);
    call.call(this, number, operands);
  });
  vi.spyOn(TaskQueue.prototype, 'publish').mockImplementation(function (this: TaskQueue, window) {
    const reads = new Set(calls.flatMap((made) => made.effects.reads));
    const writes = new Set(calls.flatMap((made) => made.effects.writes));
    const task: Task = { window, calls: calls.map(({ name }) => name), reads, writes };
    for (const other of tasks)
      if (other.window !== window && meet(task, other)) watch.races.push(`${task.calls.join(' ')} with ${other.calls.join(' ')}`);
    tasks.push(task);
    watch.tasks++;
    calls = [];
    publish.call(this, window);
  });
  vi.spyOn(TaskQueue.prototype, 'finish').mockImplementation(function (this: TaskQueue) {
    tasks = [];
    finish.call(this);
  });
  return watch;
}

function meet(a: Task, b: Task): boolean {
  const within = (writes: ReadonlySet<number>, other: Task): boolean =>
    [...writes].some((address) => other.reads.has(address) || other.writes.has(address));
  return within(a.writes, b) || within(b.writes, a);
}
