/**
 * Updates of a training between one client and one evaluator: moves the bytes, counts them, and times both sides.
 *
 * @module
 */
import type { Values } from '../../../schemes/circuit.ts';
import type { HEClient, HEEvaluator, Held } from '../../../schemes/scheme.ts';
import type { Batch, DescentState } from '../../../workloads/training/descent.ts';
import type { PortValues, UpdatePlan } from '../../../workloads/training/training.ts';
import { mostOf, type HeldMemory } from '../peak-memory.ts';
import { timed } from '../timed.ts';

/** Between two refreshes of the weights. */
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

/** What is known behind a refresh. */
export interface Refreshed extends UpdateTimes {
  /** Where the last gradient was taken, and the model there. */
  readonly point: Float64Array;
  readonly weights: Float64Array;
  /** The sum of the last batch's gradients. */
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

  /** One update, or as many as the plan leaves to the evaluator: of these batches in turn, from a state that the client knows. */
  async update({ point, weights, updates }: DescentState, batches: readonly Batch[]): Promise<Refreshed> {
    const { stretch } = this.#plan;
    const samples = this.#samplesOf(batches);
    const total = { server_ns: 0, evaluate_ns: 0, client_ns: 0, up_bytes: 0, down_bytes: 0 };
    const decrypted: (readonly Values[])[] = [];
    for (const { circuit: only, outputs, held, send } of this.#plan.trips) {
      const circuit = stretch?.circuit(updates) ?? only;
      const sent = await this.#send(send(point, batches[0]!, decrypted, weights));
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
    return { ...total, point, weights, ...stretch?.reached(decrypted), gradient: this.#plan.gradient(decrypted) };
  }

  /** Each batch has ports of its own where several are read. */
  #samplesOf(batches: readonly Batch[]): HeldPorts {
    const sent = batches.map(({ first }) => this.#batches.get(first)!);
    return sent[0]!.map((_, pass) => Object.assign({}, ...sent.map((ports) => ports[pass])) as HeldPorts[number]);
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
