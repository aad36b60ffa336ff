/**
 * Carries out a plan's actions between one client and one evaluator: moves the bytes, counts them, and times every stage.
 *
 * Plaintext primes are taken one at a time over as many actions as possible, so that the evaluator holds the ciphertexts of
 * one prime only: a plan is cut at its client rounds, and each part is run once per prime.
 *
 * @module
 */
import type { Values } from '../../schemes/circuit.ts';
import { EnigmarkError } from '../../schemes/errors.ts';
import type { ClientPlan, HEClient, HEEvaluator, Held, LayerEvent, Port } from '../../schemes/scheme.ts';
import type { Plan, Action } from '../../workloads/plan.ts';
import { arrange, collect } from './arrange.ts';
import { type HeldMemory, mostOf } from './peak-memory.ts';
import { answer, type Side } from './client-round.ts';
import { partsOf, type ClientAction, type Part } from './plan-parts.ts';
import type { Stage } from '../record/record.ts';

/** The stages that every batch passes through. */
export const BATCH_STAGES = ['encrypt', 'load', 'evaluate', 'store', 'decrypt'] as const satisfies readonly Stage[];
export type BatchStage = (typeof BATCH_STAGES)[number];

/** Ciphertexts of a layer whose noise is measured: the first of a bundle tell of all, which are computed alike. */
const LOOKED_AT: readonly number[] = Array.from({ length: 8 }, (_, index) => index);

export interface Parties {
  readonly clientPlan: ClientPlan;
  readonly client: HEClient;
  readonly evaluator: HEEvaluator;
}

export interface BatchResult {
  /** Numbers of the batch by `Action.download.result`, sample-major, counted in the port's step. */
  readonly outputs: Readonly<Record<string, Values>>;
  readonly elapsed_ns: Readonly<Record<BatchStage, number>>;
  /** Envelopes included. */
  readonly bytes: { readonly input: number; readonly output: number };
  /** In order of first appearance; empty unless asked for. */
  readonly layers: readonly { readonly name: string; readonly elapsed_ns: number }[];
  /** Largest seen between actions. */
  readonly memory: { readonly client: HeldMemory; readonly evaluator: HeldMemory };
  /** Fewest bits left in the ciphertexts that were downloaded; null unless asked for and known. */
  readonly margin_bits: number | null;
  /** The same after every layer, of some of its ciphertexts, in order of first appearance; empty unless asked for and known. */
  readonly layerMargins: readonly LayerMargin[];
}

export interface LayerMargin {
  readonly layer: string;
  readonly margin_bits: number;
}

export interface BatchOptions {
  /** Time layers too. Two clock reads and a callback per layer then fall inside `evaluate`. */
  readonly layers?: boolean;
  /** Measure the noise of what is downloaded, outside every stage. */
  readonly noise?: boolean;
  /** With `layers`, measure the noise that every layer leaves. It is outside every stage, but leaves caches cold. */
  readonly layerNoise?: boolean;
  /** Called before each stage, outside its time. */
  readonly onStage?: (stage: BatchStage) => void;
  /** Called after each layer that is timed. The call itself counts into the next layer's time. */
  readonly onLayer?: (layer: string) => void;
}

/** Runs one batch; `inputs` are its numbers by `Action.upload.data`. Nothing stays at the evaluator. */
export async function runBatch(
  plan: Plan,
  parties: Parties,
  inputs: Readonly<Record<string, Values>>,
  options: BatchOptions = {},
): Promise<BatchResult> {
  const batch = new Batch(plan, parties, inputs, options);
  for (const part of partsOf(plan.actions)) await batch.run(part);
  return batch.finish();
}

/** Slots that wait to be encrypted, one prime at a time. */
interface Upload {
  readonly port: string;
  readonly held: string;
  readonly slots: readonly Values[];
}

/** Envelopes of one bundle, by pass. */
interface Download {
  readonly port: string;
  readonly passes: Uint8Array[][];
}

class Batch {
  readonly #plan: Plan;
  readonly #parties: Parties;
  readonly #inputs: Readonly<Record<string, Values>>;
  readonly #options: BatchOptions;
  readonly #passes: number;
  readonly #held: Map<string, Held>[];
  readonly #elapsed_ns: Record<BatchStage, number> = { encrypt: 0, load: 0, evaluate: 0, store: 0, decrypt: 0 };
  readonly #bytes = { input: 0, output: 0 };
  readonly #layers = new Map<string, number>();
  readonly #outputs: Record<string, Values> = {};
  #memory: BatchResult['memory'] | null = null;
  #margin_bits: number | null = null;
  readonly #layerMargins = new Map<string, number>();
  /** What the client sends at the start of the next part. */
  #answer: Upload | null = null;

  constructor(plan: Plan, parties: Parties, inputs: Readonly<Record<string, Values>>, options: BatchOptions) {
    this.#plan = plan;
    this.#parties = parties;
    this.#inputs = inputs;
    this.#options = options;
    this.#passes = Math.max(...Object.values(parties.clientPlan.ports).map((port) => port.passes));
    this.#held = Array.from({ length: this.#passes }, () => new Map<string, Held>());
  }

  async run({ actions, round }: Part): Promise<void> {
    const uploads = new Map<Action, Upload>();
    for (const action of actions) if (action.do === 'upload') uploads.set(action, await this.#arranged(action));
    const downloads = new Map<string, Download>();
    const asked: Download[] = [];
    for (let pass = 0; pass < this.#passes; pass++) {
      if (this.#answer !== null) await this.#send(this.#answer, pass);
      for (const action of actions) {
        switch (action.do) {
          case 'upload':
            await this.#send(uploads.get(action)!, pass);
            break;
          case 'run':
            await this.#evaluate(action, pass);
            break;
          case 'download':
            await this.#fetch(action.held, pass, getOrMake(downloads, action.result, this.#heldAt(action.held, pass).port));
            break;
          case 'release':
            this.#release(action.held, pass);
        }
      }
      if (round !== null) {
        if (pass === 0) asked.push({ port: this.#heldAt(round.from, pass).port, passes: [] });
        await this.#fetch(round.from, pass, asked[0]!);
      }
    }
    for (const [result, download] of downloads) this.#outputs[result] = await this.#read(download);
    this.#answer = round === null ? null : await this.#answered(round, asked[0]!);
  }

  finish(): BatchResult {
    for (const [pass, held] of this.#held.entries()) for (const name of [...held.keys()]) this.#release(name, pass);
    this.#lookAtMemory();
    return {
      outputs: this.#outputs,
      elapsed_ns: this.#elapsed_ns,
      bytes: this.#bytes,
      layers: [...this.#layers].map(([name, elapsed_ns]) => ({ name, elapsed_ns })),
      memory: this.#memory!,
      margin_bits: this.#margin_bits,
      layerMargins: [...this.#layerMargins].map(([layer, margin_bits]) => ({ layer, margin_bits })),
    };
  }

  async #arranged({ data, port, held }: Extract<Action, { do: 'upload' }>): Promise<Upload> {
    const { arrangement, port: target } = this.#side(port);
    const numbers = this.#inputs[data];
    if (arrangement === undefined || numbers === undefined) throw new Error(`the plan has no arrangement or no data for port '${port}'`);
    return { port, held, slots: await this.#time('encrypt', () => arrange(arrangement, target.shape, numbers)) };
  }

  async #send({ port, held, slots }: Upload, pass: number): Promise<void> {
    const { client, evaluator } = this.#parties;
    const envelopes = await this.#time('encrypt', () => client.encrypt(port, slots, pass));
    this.#bytes.input += lengthOf(envelopes);
    this.#hold(held, pass, await this.#time('load', () => evaluator.load(port, envelopes, pass)));
  }

  async #evaluate({ circuit, inputs, outputs }: Extract<Action, { do: 'run' }>, pass: number): Promise<void> {
    const { evaluator } = this.#parties;
    const ports = Object.fromEntries(Object.entries(inputs).map(([port, held]) => [port, this.#heldAt(held, pass)]));
    const onLayer = async ({ layer, elapsed_ns, value }: LayerEvent): Promise<void> => {
      this.#layers.set(layer, (this.#layers.get(layer) ?? 0) + elapsed_ns);
      this.#options.onLayer?.(layer);
      if (value !== null && this.#options.layerNoise === true) await this.#lookAtLayer(layer, value);
    };
    const results = await this.#time('evaluate', () =>
      this.#options.layers === true ? evaluator.run(circuit, ports, onLayer) : evaluator.run(circuit, ports),
    );
    for (const [output, held] of Object.entries(outputs)) {
      const result = results[output];
      if (result === undefined) throw new Error(`circuit '${circuit}' gave no output '${output}'`);
      this.#hold(held, pass, result);
    }
    this.#lookAtMemory();
  }

  async #fetch(name: string, pass: number, { port, passes }: Download): Promise<void> {
    const envelopes = await this.#time('store', () => this.#parties.evaluator.store(this.#heldAt(name, pass)));
    this.#bytes.output += lengthOf(envelopes);
    passes.push(envelopes);
    if (this.#options.noise === true) await this.#lookAtNoise(port, envelopes);
  }

  /** Decrypts a download and reads its numbers. */
  async #read({ port, passes }: Download): Promise<Values> {
    const { arrangement } = this.#side(port);
    if (arrangement === undefined) throw new Error(`the plan has no arrangement for output '${port}'`);
    return this.#time('decrypt', async () => collect(arrangement, this.#plan.batch, await this.#parties.client.decrypt(port, passes)));
  }

  async #answered({ apply, port, held }: ClientAction, { port: from, passes }: Download): Promise<Upload> {
    const decrypted = await this.#time('decrypt', () => this.#parties.client.decrypt(from, passes));
    const slots = await this.#time('encrypt', () => answer(apply, decrypted, this.#side(from), this.#side(port), this.#plan.batch));
    return { port, held, slots };
  }

  #side(name: string): Side {
    const port: Port | undefined = this.#parties.clientPlan.ports[name];
    if (port === undefined) throw new Error(`the compiled plan has no port '${name}'`);
    return { port, arrangement: this.#plan.arrangements[name] };
  }

  #heldAt(name: string, pass: number): Held {
    const held = this.#held[pass]?.get(name);
    if (held === undefined) throw new Error(`the plan uses '${name}' before the evaluator holds it`);
    return held;
  }

  /** A name that is used again stands for the new bundle; the old one is freed. */
  #hold(name: string, pass: number, value: Held): void {
    const names = this.#held[pass]!;
    const before = names.get(name);
    if (before !== undefined) this.#parties.evaluator.release(before);
    names.set(name, value);
  }

  #release(name: string, pass: number): void {
    this.#parties.evaluator.release(this.#heldAt(name, pass));
    this.#held[pass]!.delete(name);
  }

  async #time<T>(stage: BatchStage, action: () => T | Promise<T>): Promise<T> {
    this.#options.onStage?.(stage);
    const started = process.hrtime.bigint();
    const result = await action();
    this.#elapsed_ns[stage] += Number(process.hrtime.bigint() - started);
    return result;
  }

  #lookAtMemory(): void {
    const [client, evaluator] = [this.#parties.client.memory(), this.#parties.evaluator.memory()];
    const before = this.#memory ?? { client, evaluator };
    this.#memory = { client: mostOf(before.client, client), evaluator: mostOf(before.evaluator, evaluator) };
  }

  async #lookAtNoise(port: string, envelopes: readonly Uint8Array[]): Promise<void> {
    const { client } = this.#parties;
    if (client.noise === undefined || this.#side(port).port.type.step === null) return;
    const margin_bits = await leastMargin(client.noise.bind(client), envelopes);
    this.#margin_bits = Math.min(margin_bits, this.#margin_bits ?? Infinity);
  }

  /** In the middle of an evaluation, which does not pay for it. */
  async #lookAtLayer(layer: string, value: Held): Promise<void> {
    const { client, evaluator } = this.#parties;
    if (client.noise === undefined || !this.#counted) return;
    const started = process.hrtime.bigint();
    const envelopes = await evaluator.store(value, LOOKED_AT);
    const margin_bits = await leastMargin(client.noise.bind(client), envelopes).catch(unreadable);
    if (margin_bits !== null) this.#layerMargins.set(layer, Math.min(margin_bits, this.#layerMargins.get(layer) ?? Infinity));
    this.#elapsed_ns.evaluate -= Number(process.hrtime.bigint() - started);
  }

  /** Whether the plan computes on whole numbers: of real ones, nobody can tell noise from value. */
  get #counted(): boolean {
    return Object.values(this.#parties.clientPlan.ports).every(({ type }) => type.step !== null);
  }
}

/** Null where a client reads ciphertexts at ports only, as TFHE's does: scales are known there. */
function unreadable(error: unknown): null {
  if (error instanceof EnigmarkError && error.code === 'UNKNOWN_PORT') return null;
  throw error;
}

async function leastMargin(noise: NonNullable<HEClient['noise']>, envelopes: readonly Uint8Array[]): Promise<number> {
  let least_bits = Infinity;
  for (const envelope of envelopes) least_bits = Math.min(least_bits, (await noise(envelope)).margin_bits);
  return least_bits;
}

function getOrMake(downloads: Map<string, Download>, result: string, port: string): Download {
  const download = downloads.get(result) ?? { port, passes: [] };
  downloads.set(result, download);
  return download;
}

function lengthOf(envelopes: readonly Uint8Array[]): number {
  return envelopes.reduce((sum, envelope) => sum + envelope.length, 0);
}
