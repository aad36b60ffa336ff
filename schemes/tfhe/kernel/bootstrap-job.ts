/**
 * One table over many ciphertexts, shared between threads: a free thread takes the next batch.
 *
 * @module
 */
import type { Kernel } from './kernel.ts';

/** Addresses in the shared memory. */
export interface BootstrapJob {
  /** The index of the next batch, a u32 that threads increment. */
  readonly next: number;
  /** `count` addresses of ciphertexts. */
  readonly inputs: number;
  readonly outputs: number;
  readonly count: number;
  /** Ciphertexts of a batch. */
  readonly batch: number;
  /** N u32: the table's polynomial. */
  readonly table: number;
}

/** Works on batches until none is left; yields between them. */
export function* bootstrapShare(
  kernel: Kernel,
  memory: WebAssembly.Memory,
  engine: number,
  workspace: number,
  job: BootstrapJob,
): Generator<void> {
  const next = new Uint32Array(memory.buffer, job.next, 1);
  for (let first = take(); first < job.count; first = take()) {
    const batch = Math.min(job.batch, job.count - first);
    kernel.bootstrap(engine, workspace, job.inputs + 4 * first, job.outputs + 4 * first, job.table, batch);
    if (Atomics.load(next, 0) * job.batch < job.count) yield;
  }
  function take(): number {
    return Atomics.add(next, 0, 1) * job.batch;
  }
}
