/**
 * The threads of one evaluator. The calling thread runs the program and keeps track of bounds, memory and levels. In `parallelMap` its
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
import { TaskQueue, WINDOWS_PER_THREAD, type Functions } from './task-queue.ts';

/** Beside this module, as source or as published. */
const THREAD = new URL(import.meta.url.endsWith('.ts') ? './kernel-thread.ts' : './kernel-thread.js', import.meta.url);
/** After so many, memory that tasks gave back is free again. */
const TASKS_PER_THREAD = 16;
const TABLES_PER_BLOCK = 1024;

export class Threads implements CallTables {
  readonly count: number;
  /** Calls go to the kernel at once; inside `parallelMap` to a task. */
  readonly kernel: Kernel;
  readonly #arena: Arena;
  readonly #queue: TaskQueue;
  readonly #workers: readonly Worker[];
  readonly #tables: number[] = [];
  #tablesTaken = 0;
  #writing = false;

  private constructor(arena: Arena, kernel: Kernel, queue: TaskQueue, workers: readonly Worker[]) {
    this.#arena = arena;
    this.#queue = queue;
    this.#workers = workers;
    this.count = workers.length + 1;
    const queued = functionsOf(kernel).map((now, at): Functions[number] => {
      return (...operands) => (this.#writing ? this.#queue.call(at, operands) : now(...operands));
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
    // An evaluator that nobody disposed of does not keep the process alive.
    for (const worker of workers) worker.unref();
    return new Threads(arena, kernel, queue, workers);
  }

  get windows(): number {
    return WINDOWS_PER_THREAD * this.count;
  }

  /** Whether calls are written down, and run later. */
  get isDeferred(): boolean {
    return this.#writing;
  }

  take(): number {
    const at = Math.floor(this.#tablesTaken / TABLES_PER_BLOCK);
    if (at === this.#tables.length) this.#tables.push(this.#arena.allocate(TABLES_PER_BLOCK * TABLE_BYTES));
    return this.#tables[at]! + (this.#tablesTaken++ % TABLES_PER_BLOCK) * TABLE_BYTES;
  }

  /**
   * Runs independent tasks: none may read or write what another writes, but for what they take in their window, which no other task
   * uses until this one is done. Results come in the order of the items; the residues that they name are there when all tasks are done.
   */
  parallelMap<A, T>(items: readonly A[], task: (item: A, at: number, window: number) => T): T[] {
    this.#arena.deferFrees();
    try {
      return items.map((item, at) => {
        if (this.#queue.isFull || (at > 0 && at % (TASKS_PER_THREAD * this.count) === 0)) this.#finish();
        const window = at % this.windows;
        const result = this.#write(() => task(item, at, window));
        this.#queue.publish(window);
        return result;
      });
    } finally {
      this.#finish();
      this.#arena.flushFrees();
    }
  }

  #write<T>(task: () => T): T {
    this.#writing = true;
    try {
      return task();
    } catch (error) {
      this.#queue.abandon();
      throw error;
    } finally {
      this.#writing = false;
    }
  }

  #finish(): void {
    this.#queue.finish();
    this.#tablesTaken = 0;
    this.#arena.flushFrees();
    this.#arena.deferFrees();
  }

  /** Ends the other threads. */
  async dispose(): Promise<void> {
    this.#queue.stop();
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
