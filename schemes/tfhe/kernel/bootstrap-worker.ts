/**
 * A thread of an evaluator: its own instance of the kernel on the shared memory.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { bootstrapShare, type BootstrapJob } from './bootstrap-job.ts';
import { loadKernel, type KernelPath } from './kernel.ts';

/** What a thread is started with. */
export interface ThreadData {
  readonly memory: WebAssembly.Memory;
  readonly path: KernelPath;
  readonly engine: number;
  readonly workspace: number;
}

const { memory, path, engine, workspace } = workerData as ThreadData;
const kernel = loadKernel(memory, path);

parentPort?.on('message', (job: BootstrapJob) => {
  const share = bootstrapShare(kernel, memory, engine, workspace, job);
  while (share.next().done !== true);
  parentPort?.postMessage('done');
});
