/**
 * The other threads of an evaluator. The calling thread works too, so that `threads` counts everything that computes.
 *
 * @module
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { BootstrapJob } from './bootstrap-job.ts';
import type { ThreadData } from './bootstrap-worker.ts';

export interface Threads {
  /** Hands a job to as many other threads as it has batches for, besides the caller's; settles when they found nothing left. */
  share(job: BootstrapJob): Promise<void>;
  dispose(): void;
}

/** Beside this module, as source or as published. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? './bootstrap-worker.ts' : './bootstrap-worker.js', import.meta.url);

/** One thread for each of `threads`. */
export function startThreads(threads: readonly ThreadData[]): Threads {
  const workers = threads.map((workerData) => new Worker(WORKER, { workerData }));
  return {
    async share(job) {
      const needed = Math.ceil(job.count / job.batch) - 1;
      await Promise.all(
        workers.slice(0, needed).map(async (worker) => {
          worker.postMessage(job);
          await once(worker, 'message');
        }),
      );
    },
    dispose() {
      for (const worker of workers) void worker.terminate();
    },
  };
}
