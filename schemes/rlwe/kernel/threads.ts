/**
 * The threads of one evaluator. The calling thread runs the program and keeps track of bounds, memory and levels. Inside `deferred` its
 * kernel calls are not made but written down, a list for each task, and any free thread makes them. The same calls on the same
 * operands leave the same residues, whatever the number of threads.
 *
 * @module
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { CALLS, functionsOf, type Kernel } from './kernel-calls.ts';
import { kernelModule, loadKernel } from './kernel.ts';
import type { ThreadData } from './kernel-thread.ts';
import type { Arena } from './memory.ts';
import { TABLE_BYTES, type CallTables } from './call-tables.ts';
import { cutTask, MOST_SLICES, type Call } from './slices.ts';
import { TaskQueue, WINDOWS_PER_THREAD, type Functions } from './task-queue.ts';

/** Beside this module, as source or as published. */
const THREAD = new URL(import.meta.url.endsWith('.ts') ? './kernel-thread.ts' : './kernel-thread.js', import.meta.url);
/** After so many, memory that tasks gave back is free again. */
const TASKS_PER_THREAD = 16;
const TABLES_PER_BLOCK = 1024;
const NUMBERS = new Map(CALLS.map((name, at) => [name, at]));

export class Threads implements CallTables {
  readonly count: number;
  /** Calls go to the kernel at once; inside `deferred` to a task. */
  readonly kernel: Kernel;
  readonly #arena: Arena;
  readonly #queue: TaskQueue;
  readonly #workers: readonly Worker[];
  readonly #tables: number[] = [];
  #tablesTaken = 0;
  #isDeferred = false;
  /** The calls of the task that is being written. */
  #task: Call[] | null = null;

  private constructor(arena: Arena, kernel: Kernel, queue: TaskQueue, workers: readonly Worker[]) {
    this.#arena = arena;
    this.#queue = queue;
    this.#workers = workers;
    this.count = workers.length + 1;
    const queued = functionsOf(kernel).map((now, at): Functions[number] => {
      return (...operands) => (this.#isDeferred ? this.#defer({ name: CALLS[at]!, operands }) : now(...operands));
    });
    this.kernel = { ...kernel, ...Object.fromEntries(CALLS.map((name, at) => [name, queued[at]!])) };
  }

  /** `count` threads, the calling one included, on shared memory. */
  static async start(arena: Arena, count: number): Promise<Threads> {
    const kernel = loadKernel(arena);
    const queue = new TaskQueue(functionsOf(kernel));
    const { wasm: memory, outside } = arena;
    const data: ThreadData = { module: kernelModule(true), memory, queue: queue.buffer, outside: outside.buffers };
    const workers = Array.from({ length: count - 1 }, () => new Worker(THREAD, { workerData: data }));
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    for (const worker of workers) {
      // A thread that failed may have taken a task with it.
      worker.on('error', () => queue.stop());
      // An evaluator that nobody disposed of does not keep the process alive.
      worker.unref();
    }
    return new Threads(arena, kernel, queue, workers);
  }

  get windows(): number {
    return WINDOWS_PER_THREAD * this.count;
  }

  /** Whether calls are written down, and run later. */
  get isDeferred(): boolean {
    return this.#isDeferred;
  }

  /** Whether a task is being written: tasks inside a task follow one another. */
  get isInTask(): boolean {
    return this.#task !== null;
  }

  take(): number {
    const at = Math.floor(this.#tablesTaken / TABLES_PER_BLOCK);
    if (at === this.#tables.length) this.#tables.push(this.#arena.allocate(TABLES_PER_BLOCK * TABLE_BYTES));
    return this.#tables[at]! + (this.#tablesTaken++ % TABLES_PER_BLOCK) * TABLE_BYTES;
  }

  /**
   * The calls of `work` run on all threads while it goes on, in its order as far as they depend on each other: what `parallelMap` is given
   * beside each other, and everything else one after the other, cut into slices. All are done when it returns.
   */
  deferred<T>(work: () => T): T {
    if (this.#isDeferred) return work();
    this.#arena.deferFrees();
    this.#isDeferred = true;
    try {
      return work();
    } finally {
      this.#isDeferred = false;
      this.#finish();
    }
  }

  /**
   * Runs independent tasks: none may read or write what another writes, but for what they take in their window, which no other task
   * uses until this one is done. Results come in the order of the items; the residues that they name are there when all tasks are done.
   */
  parallelMap<A, T>(items: readonly A[], task: (item: A, at: number, window: number) => T): T[] {
    return this.deferred(() => {
      // Tasks that would keep only some threads busy are cut, and have windows of their own.
      const cut = items.length % this.count;
      const whole = items.length - cut;
      const pieces: (readonly Call[])[] = [];
      const results = items.map((item, at) => {
        if (at > 0 && at < whole && at % (TASKS_PER_THREAD * this.count) === 0) this.#finish();
        const window = at < whole ? cut + (at % (this.windows - cut)) : at - whole;
        const { result, calls } = this.#write(() => task(item, at, window));
        if (at < whole) this.#publish(calls, window);
        else pieces.push(calls);
        return result;
      });
      this.#publishInStages(pieces);
      this.#queue.fence();
      return results;
    });
  }

  /**
   * The same for tasks that compute residue by residue and permute what was there before: every task is cut into slices, which need not wait
   * for each other.
   */
  parallelSlices<A>(items: readonly A[], task: (item: A, at: number, window: number) => void): void {
    this.deferred(() => {
      for (const [at, item] of items.entries()) {
        const window = at % this.windows;
        const { calls } = this.#write(() => task(item, at, window));
        const stages = this.#cut(calls);
        if (stages?.length === 1) {
          for (const [slice, own] of stages[0]!.entries()) this.#publish(own, window * this.#slices + slice);
          continue;
        }
        // Slices that wait for each other after all: where a sum grew too large, what is permuted was reduced first.
        this.#queue.fence();
        this.#publishInStages([calls]);
        this.#queue.fence();
      }
      this.#queue.fence();
    });
  }

  get #slices(): number {
    return this.count === 2 ? 2 : MOST_SLICES;
  }

  #write<T>(task: () => T): { readonly result: T; readonly calls: readonly Call[] } {
    const calls: Call[] = [];
    this.#task = calls;
    try {
      return { result: task(), calls };
    } finally {
      this.#task = null;
    }
  }

  /** Part of the task that is being written, or a task of its own. */
  #defer(call: Call): void {
    if (this.#task !== null) {
      this.#task.push(call);
      return;
    }
    this.#publishInStages([[call]]);
    this.#queue.fence();
  }

  #cut(calls: readonly Call[]): ReturnType<typeof cutTask> {
    const { u32 } = this.#arena;
    const digits = ({ operands: [count, terms] }: Call): readonly number[] =>
      Array.from({ length: count! }, (_, term) => u32[terms! / 4 + 3 * term]!);
    return cutTask(calls, this.#slices, digits);
  }

  /** Stage by stage, those of all tasks together; what cannot be cut stays whole. */
  #publishInStages(tasks: readonly (readonly Call[])[]): void {
    const ofTasks = tasks.map((calls) => this.#cut(calls) ?? [[calls]]);
    const stages = Math.max(0, ...ofTasks.map(({ length }) => length));
    for (let stage = 0; stage < stages; stage++) {
      if (stage > 0) this.#queue.fence();
      for (const slices of ofTasks) for (const calls of slices[stage] ?? []) this.#publish(calls, null);
    }
  }

  #publish(calls: readonly Call[], row: number | null): void {
    // Lists and memory of what is written but not published yet stay as they are.
    if (this.#queue.isFull) this.#queue.finish();
    try {
      for (const { name, operands } of calls) this.#queue.call(NUMBERS.get(name)!, operands);
    } catch (error) {
      this.#queue.abandon();
      throw error;
    }
    this.#queue.publish(row);
  }

  /** Lists and memory of calls may be used again. */
  #finish(): void {
    try {
      this.#queue.finish();
    } finally {
      this.#tablesTaken = 0;
      this.#arena.flushFrees();
      if (this.#isDeferred) this.#arena.deferFrees();
    }
  }

  /** Ends the other threads. */
  async dispose(): Promise<void> {
    this.#queue.stop();
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
