/**
 * A client and an evaluator that meet only in bytes, as the harness runs them.
 *
 * Both get structured clones of what `compile` returned, as they would in processes of their own.
 *
 * @module
 */
import type { Circuit, Values } from '../circuit.ts';
import type { Compiled, Held, HEClient, HEEvaluator, HEScheme, KeyPart, LayerEvent } from '../scheme.ts';
import { createEvaluator } from './create-evaluator.ts';
import { compiledBy, type Subject } from './subject.ts';

/** By input port, or by `circuit.output`. */
export type Bundles = Readonly<Record<string, readonly Values[]>>;

/** Envelopes by pass. */
export type Stored = Readonly<Record<string, readonly (readonly Uint8Array[])[]>>;

/** What a key cache holds. */
export interface KeptKeys {
  readonly secret: Uint8Array;
  readonly keys: readonly KeyPart[];
}

export class Parties implements AsyncDisposable {
  readonly compiled: Compiled;
  readonly circuits: readonly Circuit[];
  readonly client: HEClient;
  readonly evaluator: HEEvaluator;
  readonly keys: readonly KeyPart[];

  private constructor(
    compiled: Compiled,
    circuits: readonly Circuit[],
    client: HEClient,
    evaluator: HEEvaluator,
    keys: readonly KeyPart[],
  ) {
    this.compiled = compiled;
    this.circuits = circuits;
    this.client = client;
    this.evaluator = evaluator;
    this.keys = keys;
  }

  /** @param kept An exported secret and its keys, in envelopes of this plan, to be taken up. Default: new ones. */
  static async open(scheme: HEScheme, compiled: Compiled, circuits: readonly Circuit[], kept?: KeptKeys): Promise<Parties> {
    const client = await scheme.createClient(structuredClone(compiled.client), kept === undefined ? {} : { secret: kept.secret });
    const keys = kept?.keys ?? (await client.generateKeys());
    const evaluator = await createEvaluator(scheme, structuredClone(compiled), keys);
    await evaluator.prepare(structuredClone(circuits));
    return new Parties(compiled, circuits, client, evaluator, keys);
  }

  /** Plaintext primes that every circuit is run for. */
  get passes(): number {
    return Math.max(...Object.values(this.compiled.client.ports).map((port) => port.passes));
  }

  /** Encrypts, runs every circuit in order, and decrypts every output. */
  async run(inputs: Bundles, onLayer?: (event: LayerEvent) => void | Promise<void>): Promise<Record<string, Values[]>> {
    return this.decrypt(await this.evaluate(inputs, onLayer));
  }

  /** The envelopes of every output. */
  async evaluate(inputs: Bundles, onLayer?: (event: LayerEvent) => void | Promise<void>): Promise<Stored> {
    const stored: Record<string, Uint8Array[][]> = {};
    for (let pass = 0; pass < this.passes; pass++) {
      for (const [name, envelopes] of Object.entries(await this.#pass(inputs, pass, onLayer))) (stored[name] ??= []).push(envelopes);
    }
    return stored;
  }

  async decrypt(stored: Stored): Promise<Record<string, Values[]>> {
    const outputs: Record<string, Values[]> = {};
    for (const [name, passes] of Object.entries(stored)) outputs[name] = await this.client.decrypt(name, passes);
    return outputs;
  }

  /** Everything that was held is released again, also where a step fails. */
  async #pass(inputs: Bundles, pass: number, onLayer?: (event: LayerEvent) => void | Promise<void>): Promise<Record<string, Uint8Array[]>> {
    const held = new Map<string, Held>();
    try {
      for (const [port, values] of Object.entries(inputs)) {
        held.set(port, await this.evaluator.load(port, await this.client.encrypt(port, values, pass), pass));
      }
      return await this.#evaluate(held, onLayer);
    } finally {
      for (const value of held.values()) this.evaluator.release(value);
    }
  }

  async #evaluate(held: Map<string, Held>, onLayer?: (event: LayerEvent) => void | Promise<void>): Promise<Record<string, Uint8Array[]>> {
    const stored: Record<string, Uint8Array[]> = {};
    for (const circuit of this.circuits) {
      const results = await this.evaluator.run(circuit.id, inputsOf(circuit, held), onLayer);
      for (const [name, value] of Object.entries(results)) {
        held.set(`${circuit.id}.${name}`, value);
        stored[`${circuit.id}.${name}`] = await this.evaluator.store(value);
      }
    }
    return stored;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.evaluator[Symbol.asyncDispose]();
    await this.client[Symbol.asyncDispose]();
  }
}

/** Compiles circuits that the adapter must take, and opens both sides. */
export async function openParties(subject: Subject, circuits: readonly Circuit[]): Promise<Parties> {
  return Parties.open(subject.scheme, compiledBy(subject, circuits), circuits);
}

/** What stands ready for each input port: sent by the client, or left by an earlier circuit. */
export function inputsOf(circuit: Circuit, held: ReadonlyMap<string, Held>): Record<string, Held> {
  const inputs: Record<string, Held> = {};
  for (const node of circuit.nodes) {
    if (node.op !== 'input') continue;
    const names = [node.port, ...node.sources.flatMap((source) => (source === 'client' ? [] : [`${source.circuit}.${source.output}`]))];
    const found = names.map((name) => held.get(name)).find((value) => value !== undefined);
    if (found !== undefined) inputs[node.port] = found;
  }
  return inputs;
}
