/**
 * A thread of an evaluator: its own instance of the kernel on the shared memory, and the tasks that are published.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { instantiate } from './kernel.ts';
import { OutsideMemory } from './outside-memory.ts';
import { TaskQueue } from './task-queue.ts';
import { functionsOf } from './kernel-calls.ts';

/** What a thread is started with. */
export interface ThreadData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly queue: SharedArrayBuffer;
  /** Of `OutsideMemory`. */
  readonly outside: readonly SharedArrayBuffer[];
}

const { module, memory, queue, outside } = workerData as ThreadData;
const tasks = new TaskQueue(functionsOf(instantiate(module, memory, new OutsideMemory(outside))), queue);
parentPort?.postMessage('ready');
tasks.serve();
