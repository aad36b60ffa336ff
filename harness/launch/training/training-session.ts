/**
 * Updates of a training between one client and one evaluator: moves the bytes, counts them, and times both sides.
 *
 * @module
 */
import type { Values } from '../../../schemes/circuit.ts';
import type { HEClient, HEEvaluator, Held } from '../../../schemes/scheme.ts';
import type { Batch } from '../../../workloads/training/descent.ts';
import type { PortValues, UpdatePlan } from '../../../workloads/training/training.ts';
import { mostOf, type HeldMemory } from '../peak-memory.ts';
import { timed } from '../timed.ts';

export interface UpdateTimes {
  /** Load, evaluate and store of all trips. */
  readonly server_ns: number;
  /** Circuits alone. */
  readonly evaluate_ns: number;
  /** Encrypt and decrypt; the step is the caller's. */
  readonly client_ns: number;
  readonly up_bytes: number;
  readonly down_bytes: number;
}

export interface Update extends UpdateTimes {
  readonly gradient: Float64Array;
}

export interface SentSamples {
  readonly bytes: number;
  readonly encrypt_ns: number;
  readonly load_ns: number;
}

/** By plaintext prime, then by port. */
type HeldPorts = readonly Readonly<Record<string, Held>>[];

export class TrainingSession {
  readonly #plan: UpdatePlan;
  readonly #client: HEClient;
  readonly #evaluator: HEEvaluator;
  readonly #passes: number;
  /** Samples by first row of the batch; they stay at the evaluator. */
  readonly #batches = new Map<number, HeldPorts>();
  #memory: { readonly client: HeldMemory; readonly evaluator: HeldMemory } | null = null;

  constructor(plan: UpdatePlan, client: HEClient, evaluator: HEEvaluator) {
    this.#plan = plan;
    this.#client = client;
    this.#evaluator = evaluator;
    this.#passes = Math.max(...Object.values(plan.compiled.client.ports).map(({ passes }) => passes));
  }

  /** The most that was seen of each side, right behind circuits. */
  get memory(): { readonly client: HeldMemory; readonly evaluator: HeldMemory } {
    return this.#memory ?? { client: this.#client.memory(), evaluator: this.#evaluator.memory() };
  }

  async sendSamples(batch: Batch): Promise<SentSamples> {
    const sent = await this.#send(this.#plan.samples(batch));
    this.#batches.set(batch.first, sent.held);
    return sent;
  }

  /** The sum of the batch's gradients at a point of weights. */
  async update(point: Float64Array, batch: Batch): Promise<Update> {
    const samples = this.#batches.get(batch.first)!;
    const total = { server_ns: 0, evaluate_ns: 0, client_ns: 0, up_bytes: 0, down_bytes: 0 };
    const decrypted: (readonly Values[])[] = [];
    for (const { circuit, outputs, held, send } of this.#plan.trips) {
      const sent = await this.#send(send(point, batch, decrypted));
      total.server_ns += sent.load_ns;
      total.client_ns += sent.encrypt_ns;
      total.up_bytes += sent.bytes;
      const stored = outputs.map((): Uint8Array[][] => []);
      for (const [pass, ports] of sent.held.entries()) {
        const kept = Object.fromEntries(held.map((port) => [port, samples[pass]![port]!]));
        const ran = await timed(() => this.#evaluator.run(circuit, { ...kept, ...ports }));
        this.#lookAtMemory();
        total.server_ns += ran.elapsed_ns;
        total.evaluate_ns += ran.elapsed_ns;
        for (const [at, output] of outputs.entries()) {
          const bytes = await timed(() => this.#evaluator.store(ran.result[output]!));
          stored[at]!.push(bytes.result);
          total.server_ns += bytes.elapsed_ns;
          total.down_bytes += lengthOf(bytes.result);
        }
        for (const bundle of [...Object.values(ran.result), ...Object.values(ports)]) this.#evaluator.release(bundle);
      }
      for (const [at, output] of outputs.entries()) {
        const read = await timed(() => this.#client.decrypt(`${circuit}.${output}`, stored[at]!));
        decrypted.push(read.result);
        total.client_ns += read.elapsed_ns;
      }
    }
    return { ...total, gradient: this.#plan.gradient(decrypted) };
  }

  #lookAtMemory(): void {
    const memory = { client: this.#client.memory(), evaluator: this.#evaluator.memory() };
    const before = this.#memory ?? memory;
    this.#memory = { client: mostOf(before.client, memory.client), evaluator: mostOf(before.evaluator, memory.evaluator) };
  }

  async #send(values: PortValues): Promise<SentSamples & { readonly held: HeldPorts }> {
    const held: Record<string, Held>[] = Array.from({ length: this.#passes }, () => ({}));
    const total = { bytes: 0, encrypt_ns: 0, load_ns: 0 };
    for (const [port, slots] of Object.entries(values)) {
      for (const [pass, ports] of held.entries()) {
        const encrypted = await timed(() => this.#client.encrypt(port, slots, pass));
        const loaded = await timed(() => this.#evaluator.load(port, encrypted.result, pass));
        ports[port] = loaded.result;
        total.bytes += lengthOf(encrypted.result);
        total.encrypt_ns += encrypted.elapsed_ns;
        total.load_ns += loaded.elapsed_ns;
      }
    }
    return { ...total, held };
  }
}

function lengthOf(envelopes: readonly Uint8Array[]): number {
  return envelopes.reduce((sum, { length }) => sum + length, 0);
}
