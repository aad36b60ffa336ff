/**
 * What tasks read and write, call by call, for tests: two tasks that may run at the same time must not meet where one of them writes.
 *
 * @module
 */
import { vi } from 'vitest';
import type { Arena } from './memory.ts';
import { TaskQueue } from './task-queue.ts';
import { CALLS } from './kernel-calls.ts';

/** Bytes from the first to the second, without it. */
type Interval = readonly [from: number, to: number];

interface Effects {
  readonly reads: readonly Interval[];
  readonly writes: readonly Interval[];
}

type Operands = readonly number[];
type EffectsOf = (operands: Operands, u32: Uint32Array) => Effects;

/** Places of operands: addresses that are read, addresses that are written, and the number of residues at each. */
function plain(reads: readonly number[], writes: readonly number[], count: number): EffectsOf {
  return (operands) => {
    const intervals = (places: readonly number[]): Interval[] => places.map((at) => residues(operands[at]!, operands[count]!));
    return { reads: intervals(reads), writes: intervals(writes) };
  };
}

function residues(address: number, count: number): Interval {
  return [address, address + 8 * count];
}

/** The first operands count terms of so many addresses, which stand in memory. */
function listed(addresses: number, writes: readonly number[], count: number): EffectsOf {
  return (operands, u32) => {
    const [terms, list] = operands as [number, number];
    const listed = Array.from(u32.subarray(list / 4, list / 4 + terms * addresses), (address) => residues(address, operands[count]!));
    return { reads: listed, writes: plain([], writes, count)(operands, u32).writes };
  };
}

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
  const [from, to, packed] = [operands[8]!, operands[9]!, operands[11]!];
  const words = Array.from({ length: groupCount }, (_, group) => groups / 4 + group * 10);
  const rows = words.reduce((sum, at) => sum + u32[at]!, 0);
  const at = (list: number, count: number, shift: number): Interval[] =>
    Array.from(u32.subarray(list / 4, list / 4 + count), (address) => residues(address + shift + 8 * from, to - from));
  return { reads: at(sources, columns, sourceShift), writes: [...at(targets, rows, targetShift), [packed, packed + 384]] };
};

/** What a stream works in belongs to its window: of that, only where the hash begins is looked at. */
const expansion: EffectsOf = (operands, u32) => {
  const [state, work, seed, list, limbs, n] = operands as [number, number, number, number, number, number];
  const targets = Array.from({ length: limbs }, (_, limb) => residues(u32[list / 4 + 2 * limb]!, n));
  return {
    reads: [
      [seed, seed + 64],
      [list, list + 8 * limbs],
    ],
    writes: [...targets, [state, state + 64], [work, work + 64]],
  };
};

const effects: Readonly<Record<(typeof CALLS)[number], EffectsOf>> = {
  forwardNtt: plain([0], [1], 3),
  inverseNtt: plain([0], [1], 3),
  permute: plain([0], [1], 3),
  permuteAdd: plain([0, 1], [2], 4),
  permuteSigned: plain([0], [1], 3),
  sumOfProducts: listed(3, [2, 3], 4),
  gatheredSum: listed(3, [3, 4], 5),
  subtractMultiply: plain([0, 1], [2], 3),
  subtractMultiplyAdd: plain([0, 1, 2], [3], 4),
  addMultiple: plain([0, 1], [2], 3),
  clear: plain([], [0], 1),
  copy: plain([0], [1], 2),
  reduceAll: plain([0], [1], 2),
  addReduced: plain([0, 1], [2], 3),
  subtractReduced: plain([0, 1], [2], 3),
  addConstant: plain([], [0], 1),
  scale: plain([0], [1], 2),
  tensor: plain([0, 1, 2, 3], [4, 5, 6], 7),
  tensorSquare: plain([0, 1], [2, 3, 4], 5),
  quotientTerm: plain([0], [1], 2),
  combine: listed(1, [3], 4),
  residueMatrix: matrix,
  read: plain([0], [1], 2),
  expandUniform: expansion,
  bring: plain([], [1], 2),
};

interface Task {
  readonly window: number;
  readonly calls: readonly string[];
  readonly reads: readonly Interval[];
  readonly writes: readonly Interval[];
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
    const reads = merged(calls.flatMap((made) => made.effects.reads));
    const writes = merged(calls.flatMap((made) => made.effects.writes));
    const task: Task = { window, calls: [...new Set(calls.map(({ name }) => name))], reads, writes };
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
  return overlap(a.writes, b.writes) || overlap(a.writes, b.reads) || overlap(a.reads, b.writes);
}

/** The same bytes in intervals that lie apart, ascending. */
function merged(intervals: readonly Interval[]): Interval[] {
  const apart: [number, number][] = [];
  for (const [from, to] of [...intervals].sort(([a], [b]) => a - b)) {
    const last = apart.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else apart.push([from, to]);
  }
  return apart;
}

function overlap(a: readonly Interval[], b: readonly Interval[]): boolean {
  for (let [i, j] = [0, 0]; i < a.length && j < b.length;) {
    const [[fromA, toA], [fromB, toB]] = [a[i]!, b[j]!];
    if (fromA < toB && fromB < toA) return true;
    if (toA < toB) i++;
    else j++;
  }
  return false;
}
