/**
 * Carries out a plan's actions between one client and one evaluator: moves the bytes, counts them, and times every stage.
 *
 * Plaintext primes are taken one at a time over as many actions as possible, so that the evaluator holds the ciphertexts of
 * one prime only: a plan is cut at its client rounds, and each part is run once per prime.
 *
 * @module
 */
import type { Values } from '../../schemes/circuit.ts';
import type { Held, LayerEvent, Port } from '../../schemes/scheme.ts';
import type { Plan, Action } from '../../workloads/plan.ts';
import { arrange, collect } from './arrange.ts';
import { BatchNoise } from './batch-noise.ts';
import type { BatchResult, BatchStage, Parties, RoundResult } from './batch-result.ts';
import { mostOf } from './peak-memory.ts';
import { answer, type Bundle, type Side } from './client-round.ts';
import { partsOf, type ClientAction, type Part } from './plan-parts.ts';
import { timed } from './timed.ts';

export interface BatchOptions {
  /** Time layers too. Two clock reads and a callback per layer then fall inside `evaluate`. */
  readonly layers?: boolean;
  /** Measure the noise of downloaded ciphertexts, outside every stage. */
  readonly noise?: boolean;
  /** With `layers`, measure the noise that every layer leaves. It is outside every stage, but leaves caches cold. */
  readonly layerNoise?: boolean;
  /** Of a plan without client rounds: end behind the first plaintext prime. Nothing is decrypted, so there are no outputs. */
  readonly firstPassAlone?: boolean;
  /** Called before each stage, outside its time. */
  readonly onStage?: (stage: BatchStage | 'offline') => void;
  /** Called after each layer that is timed. The call itself counts into the next layer's time. */
  readonly onLayer?: (layer: string) => void;
}

/** Runs one batch; `inputs` are its numbers by `Action.upload.data`. The evaluator keeps nothing afterwards. */
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

/** A round that is answered as the next part begins. */
interface Answer {
  readonly round: RoundTotals;
  readonly uploads: readonly Upload[];
}

interface RoundTotals extends RoundResult {
  bytes: { input: number; output: number };
  client_ns: number;
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
  #offline_ns: number | null = null;
  readonly #bytes = { input: 0, output: 0 };
  readonly #layers = new Map<string, number>();
  readonly #outputs: Record<string, Values> = {};
  #memory: BatchResult['memory'] | null = null;
  readonly #noise: BatchNoise;
  readonly #rounds: RoundTotals[] = [];
  /** What the client sends at the start of the next part. */
  #answer: Answer | null = null;

  constructor(plan: Plan, parties: Parties, inputs: Readonly<Record<string, Values>>, options: BatchOptions) {
    this.#plan = plan;
    this.#parties = parties;
    this.#inputs = inputs;
    this.#options = options;
    this.#noise = new BatchNoise(parties);
    const passes = Math.max(...Object.values(parties.clientPlan.ports).map((port) => port.passes));
    this.#passes = options.firstPassAlone === true ? 1 : passes;
    this.#held = Array.from({ length: this.#passes }, () => new Map<string, Held>());
  }

  async run({ actions, round }: Part): Promise<void> {
    const uploads = new Map<Action, Upload>();
    for (const action of actions) if (action.do === 'upload') uploads.set(action, await this.#arranged(action));
    const downloads = new Map<string, Download>();
    const asked = new Map<string, Download>();
    const totals = round === null ? null : this.#beginRound(round);
    for (let pass = 0; pass < this.#passes; pass++) {
      if (this.#answer !== null) await this.#sendAnswer(this.#answer, pass);
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
      for (const from of sentDown(round)) {
        const bytes = await this.#fetch(from, pass, getOrMake(asked, from, this.#heldAt(from, pass).port));
        totals!.bytes.output += bytes;
      }
    }
    if (this.#options.firstPassAlone === true) return;
    for (const [result, download] of downloads) this.#outputs[result] = await this.#read(download);
    this.#answer = round === null ? null : await this.#answered(round, asked, totals!);
  }

  finish(): BatchResult {
    for (const [pass, held] of this.#held.entries()) for (const name of [...held.keys()]) this.#release(name, pass);
    this.#lookAtMemory();
    return {
      outputs: this.#outputs,
      elapsed_ns: this.#elapsed_ns,
      offline_ns: this.#offline_ns,
      bytes: this.#bytes,
      rounds: this.#rounds,
      layers: [...this.#layers].map(([name, elapsed_ns]) => ({ name, elapsed_ns })),
      memory: this.#memory!,
      ...this.#noise.margins,
    };
  }

  async #arranged({ data, port, held }: Extract<Action, { do: 'upload' }>): Promise<Upload> {
    const { arrangement, port: target } = this.#side(port);
    const numbers = this.#inputs[data];
    if (arrangement === undefined || numbers === undefined) throw new Error(`the plan has no arrangement or no data for port '${port}'`);
    return { port, held, slots: await this.#time('encrypt', () => arrange(arrangement, target.shape, numbers)) };
  }

  /** Returns the bytes sent. */
  async #send({ port, held, slots }: Upload, pass: number): Promise<number> {
    const { client, evaluator } = this.#parties;
    if (client.makeAhead !== undefined) await this.#makeAhead(() => client.makeAhead!(port));
    const envelopes = await this.#time('encrypt', () => client.encrypt(port, slots, pass));
    const bytes = lengthOf(envelopes);
    this.#bytes.input += bytes;
    this.#hold(held, pass, await this.#time('load', () => evaluator.load(port, envelopes, pass)));
    return bytes;
  }

  async #makeAhead(make: () => Promise<void>): Promise<void> {
    this.#options.onStage?.('offline');
    this.#offline_ns = (this.#offline_ns ?? 0) + (await timed(make)).elapsed_ns;
  }

  #beginRound({ name, learns }: ClientAction): RoundTotals {
    const totals = { name, learns, bytes: { input: 0, output: 0 }, client_ns: 0 };
    this.#rounds.push(totals);
    return totals;
  }

  async #sendAnswer({ round, uploads }: Answer, pass: number): Promise<void> {
    const before_ns = this.#client_ns;
    for (const upload of uploads) round.bytes.input += await this.#send(upload, pass);
    round.client_ns += this.#client_ns - before_ns;
  }

  async #evaluate({ circuit, inputs, outputs }: Extract<Action, { do: 'run' }>, pass: number): Promise<void> {
    const { evaluator } = this.#parties;
    const ports = Object.fromEntries(Object.entries(inputs).map(([port, held]) => [port, this.#heldAt(held, pass)]));
    const onLayer = async ({ layer, elapsed_ns, value }: LayerEvent): Promise<void> => {
      this.#layers.set(layer, (this.#layers.get(layer) ?? 0) + elapsed_ns);
      this.#options.onLayer?.(layer);
      if (value !== null && this.#options.layerNoise === true) {
        // In the middle of an evaluation, whose time does not count it.
        this.#elapsed_ns.evaluate -= (await timed(() => this.#noise.lookAtLayer(layer, value))).elapsed_ns;
      }
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

  /** Returns the bytes fetched. */
  async #fetch(name: string, pass: number, { port, passes }: Download): Promise<number> {
    const envelopes = await this.#time('store', () => this.#parties.evaluator.store(this.#heldAt(name, pass)));
    const bytes = lengthOf(envelopes);
    this.#bytes.output += bytes;
    passes.push(envelopes);
    if (this.#options.noise === true) await this.#noise.lookAt(port, envelopes);
    return bytes;
  }

  /** Decrypts a download and reads its numbers. */
  async #read({ port, passes }: Download): Promise<Values> {
    const { arrangement } = this.#side(port);
    if (arrangement === undefined) throw new Error(`the plan has no arrangement for output '${port}'`);
    return this.#time('decrypt', async () => collect(arrangement, this.#plan.batch, await this.#parties.client.decrypt(port, passes)));
  }

  async #answered({ exchanges }: ClientAction, downloads: ReadonlyMap<string, Download>, round: RoundTotals): Promise<Answer> {
    const before_ns = this.#client_ns;
    const uploads: Upload[] = [];
    const bundles = new Map<string, Bundle>();
    for (const [name, { port, passes }] of downloads) {
      bundles.set(name, { slots: await this.#time('decrypt', () => this.#parties.client.decrypt(port, passes)), side: this.#side(port) });
    }
    for (const { of, port, held } of exchanges) {
      const read = of.map(({ from, apply }) => ({ ...bundles.get(from)!, apply }));
      uploads.push({ port, held, slots: await this.#time('encrypt', () => answer(read, this.#side(port), this.#plan.batch)) });
    }
    round.client_ns += this.#client_ns - before_ns;
    return { round, uploads };
  }

  get #client_ns(): number {
    return this.#elapsed_ns.encrypt + this.#elapsed_ns.decrypt;
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
}

/** Bundles that the client asks for in a round, each once. */
function sentDown(round: ClientAction | null): ReadonlySet<string> {
  return new Set(round?.exchanges.flatMap(({ of }) => of.map(({ from }) => from)));
}

function getOrMake(downloads: Map<string, Download>, result: string, port: string): Download {
  const download = downloads.get(result) ?? { port, passes: [] };
  downloads.set(result, download);
  return download;
}

function lengthOf(envelopes: readonly Uint8Array[]): number {
  return envelopes.reduce((sum, envelope) => sum + envelope.length, 0);
}
