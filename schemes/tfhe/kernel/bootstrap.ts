/**
 * Programmable bootstraps over many ciphertexts: batches that read the key once, spread over threads.
 *
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { bootstrapShare, type BootstrapJob } from './bootstrap-job.ts';
import type { Engine } from './expand-key.ts';
import type { Kernel } from './kernel.ts';
import type { SharedMemory } from './memory.ts';
import { startThreads } from './threads.ts';
import { makeWorkspace, MAXIMUM_BATCH, type Workspace } from './workspace.ts';

export interface Bootstrapper {
  /**
   * outputs[i] = the table at inputs[i]: addresses of ciphertexts under the big key. Stops between batches when the signal
   * aborts.
   * @param polynomial N words of the table, from `lookup.ts`.
   */
  apply(inputs: readonly number[], outputs: readonly number[], polynomial: Uint32Array): Promise<void>;
  dispose(): void;
}

export function makeBootstrapper(
  kernel: Kernel,
  memory: SharedMemory,
  engine: Engine,
  { threads, signal }: { readonly threads: number; readonly signal?: AbortSignal | undefined },
): Bootstrapper {
  const workspaces = Array.from({ length: threads }, () => makeWorkspace(memory, engine.set, MAXIMUM_BATCH));
  const [own, ...others] = workspaces as [Workspace, ...Workspace[]];
  const rest = startThreads(
    others.map(({ address }) => ({ memory: memory.memory, path: kernel.path, engine: engine.address, workspace: address })),
  );
  const table = memory.allocate(engine.set.polynomialSize * 4);
  const next = memory.allocate(4);

  async function share(job: BootstrapJob): Promise<void> {
    const others = rest.share(job);
    const batches = bootstrapShare(kernel, memory.memory, engine.address, own.address, job);
    while (batches.next().done !== true) {
      // Lets timers, signals and progress through between batches of a long layer.
      await nextTurn();
      signal?.throwIfAborted();
    }
    await others;
  }

  return {
    async apply(inputs, outputs, polynomial) {
      const count = inputs.length;
      if (count === 0) return;
      memory.words32(table, polynomial.length).set(polynomial);
      memory.words32(next, 1)[0] = 0;
      const addresses = memory.allocate(8 * count);
      memory.words32(addresses, 2 * count).set([...inputs, ...outputs]);
      try {
        await share({ next, inputs: addresses, outputs: addresses + 4 * count, count, batch: batchOf(count, threads), table });
      } finally {
        memory.free(addresses);
      }
    },
    dispose() {
      rest.dispose();
      for (const workspace of workspaces) workspace.free();
      memory.free(table);
      memory.free(next);
    },
  };
}

/** Equal batches, so that no thread waits long for the last one. */
function batchOf(count: number, threads: number): number {
  const rounds = Math.ceil(count / (threads * MAXIMUM_BATCH));
  return Math.ceil(count / (threads * rounds));
}
