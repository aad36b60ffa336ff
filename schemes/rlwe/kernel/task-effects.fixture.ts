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

/** The first operands count terms of so many addresses, which stand in memory; residues from one operand to the next. */
function listed(addresses: number, writes: readonly number[], from: number): EffectsOf {
  return (operands, u32) => {
    const [terms, list] = operands as [number, number];
    const listed = Array.from(u32.subarray(list / 4, list / 4 + terms * addresses), (address) => slice(address, operands, from));
    return { reads: listed, writes: writes.map((at) => slice(operands[at]!, operands, from)) };
  };
}

function slice(address: number, operands: Operands, from: number): Interval {
  return [address + 8 * operands[from]!, address + 8 * operands[from + 1]!];
}

/** What entries of a table point to, from the first to the last. */
function pointedTo(source: number, entries: Uint32Array): Interval {
  const offsets = entries.map((entry) => entry & ~15);
  return [
    source + offsets.reduce((least, offset) => Math.min(least, offset)),
    source + 16 + offsets.reduce((most, offset) => Math.max(most, offset)),
  ];
}

/** Permutations read what their tables point to: so many residues for each entry. */
function permuting(table: number, reads: readonly number[], writes: readonly number[], perEntry: number): EffectsOf {
  return (operands, u32) => {
    const [source, count] = [operands[0]!, operands[table + 1]!];
    const entries = u32.subarray(operands[table]! / 4, operands[table]! / 4 + count / perEntry);
    const straight = plain(reads, writes, table + 1)(operands, u32);
    return { reads: [pointedTo(source, entries), ...straight.reads], writes: straight.writes };
  };
}

const gatheredSum: EffectsOf = (operands, u32) => {
  const [terms, list, table, , , from, to] = operands as [number, number, number, number, number, number, number];
  const entries = u32.subarray((table + 2 * from) / 4, (table + 2 * to) / 4);
  const reads = Array.from(u32.subarray(list / 4, list / 4 + 3 * terms), (address, at) =>
    at % 3 === 0 ? pointedTo(address, entries) : slice(address, operands, 5),
  );
  return { reads, writes: [3, 4].map((at) => slice(operands[at]!, operands, 5)) };
};

/** Of each part of a transform the columns of a slice. */
function columns(places: readonly number[], from: number): EffectsOf {
  return (operands) => {
    const n = operands[from - (from === 3 ? 1 : 2)]!;
    const parts = Math.log2(n) % 2 === 1 ? 8 : 4;
    const [begin, end] = [(8 * operands[from]!) / parts, (8 * operands[from + 1]!) / parts];
    const intervals = (address: number): Interval[] =>
      Array.from({ length: parts }, (_, part) => [address + (8 * n * part) / parts + begin, address + (8 * n * part) / parts + end]);
    return { reads: intervals(operands[places[0]!]!), writes: intervals(operands[places.at(-1)!]!) };
  };
}

function sliced(read: number, written: number, from: number): EffectsOf {
  return (operands) => ({ reads: [slice(operands[read]!, operands, from)], writes: [slice(operands[written]!, operands, from)] });
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
  forwardColumns: columns([0, 1], 5),
  forwardBlocks: sliced(0, 0, 4),
  inverseNtt: plain([0], [1], 3),
  inverseBlocks: sliced(0, 1, 5),
  inverseColumns: columns([0], 3),
  permute: permuting(2, [], [1], 2),
  permuteAdd: permuting(3, [1], [2], 2),
  permuteSigned: permuting(2, [], [1], 1),
  sumOfProducts: listed(3, [2, 3], 4),
  gatheredSum,
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
  readonly row: number | null;
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
  const { call, publish, finish, fence } = TaskQueue.prototype;
  /* eslint-enable @typescript-eslint/unbound-method */
  vi.spyOn(TaskQueue.prototype, 'call').mockImplementation(function (this: TaskQueue, number, operands) {
    const name = CALLS[number]!;
    calls.push({ name, effects: effects[name](operands, arena().u32) });
    watch.names.add(name);
    call.call(this, number, operands);
  });
  vi.spyOn(TaskQueue.prototype, 'publish').mockImplementation(function (this: TaskQueue, row) {
    const reads = merged(calls.flatMap((made) => made.effects.reads));
    const writes = merged(calls.flatMap((made) => made.effects.writes));
    const task: Task = { row, calls: [...new Set(calls.map(({ name }) => name))], reads, writes };
    for (const other of tasks)
      if ((row === null || other.row !== row) && meet(task, other))
        watch.races.push(`${task.calls.join(' ')} with ${other.calls.join(' ')}`);
    tasks.push(task);
    watch.tasks++;
    calls = [];
    publish.call(this, row);
  });
  vi.spyOn(TaskQueue.prototype, 'fence').mockImplementation(function (this: TaskQueue) {
    tasks = [];
    fence.call(this);
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
