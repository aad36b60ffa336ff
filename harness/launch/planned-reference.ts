/**
 * The planned network in the clear: the same plan, carried out by the same session on the cleartext adapter.
 *
 * @module
 */
import { isRefusal, type HEScheme } from '../../schemes/scheme.ts';
import type { Task } from '../../workloads/workload.ts';
import type { Values } from '../../schemes/circuit.ts';
import { requirementOf } from '../record/requirement.ts';
import { runBatch, type Parties } from './session.ts';

export class PlannedReference implements AsyncDisposable {
  readonly #task: Task;
  readonly #parties: Parties;

  private constructor(task: Task, parties: Parties) {
    this.#task = task;
    this.#parties = parties;
  }

  /** `clear` is the cleartext adapter; it takes every circuit. */
  static async make(task: Task, clear: HEScheme): Promise<PlannedReference> {
    const { circuits } = task.plan;
    const compiled = clear.compile(circuits, requirementOf({ parameters: null, kernels: 'library', threads: 1 }));
    if (isRefusal(compiled)) throw new Error(`the cleartext adapter refused the plan: ${compiled.reason}`);
    const client = await clear.createClient(compiled.client);
    const evaluator = await clear.createEvaluator(compiled, await client.generateKeys());
    await evaluator.prepare(circuits);
    return new PlannedReference(task, { clientPlan: compiled.client, client, evaluator });
  }

  /** Outputs of the batch that begins at sample `first`, counted in the output's step. */
  async outputs(first: number): Promise<Values> {
    const { outputs } = await runBatch(this.#task.plan, this.#parties, this.#task.inputs(first));
    return outputs[this.#task.output.result]!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parties.evaluator[Symbol.asyncDispose]();
    await this.#parties.client[Symbol.asyncDispose]();
  }
}
