/**
 * The values of a circuit while it runs: who uses them, when they may go, which are the outputs. An evaluator only says how each value is
 * computed.
 *
 * @module
 */
import type { LayerDone } from './held-evaluator.ts';
import type { References } from './references.ts';

/** What is computed in turn. Entry i writes register i, and reads registers before it. */
export interface Schedule {
  /** The layer of each entry; the entries of a layer follow one another. */
  readonly layers: readonly string[];
  /** lastUses[i]: the registers that no entry after i reads, outputs apart. */
  readonly lastUses: readonly (readonly number[])[];
  /** Output name to register. */
  readonly outputs: Readonly<Record<string, number>>;
}

/**
 * lastUses[i]: the registers that nothing reads after entry i. What nobody reads is released where it is written; `kept` registers, a
 * circuit's outputs, are not.
 *
 * @param reads the registers that each entry reads
 */
export function findLastUses(reads: readonly (readonly number[])[], kept: Iterable<number>): readonly (readonly number[])[] {
  const last = new Map(reads.map((_, at) => [at, at]));
  for (const [at, registers] of reads.entries()) for (const register of registers) last.set(register, at);
  for (const register of kept) last.delete(register);
  const lastUses: number[][] = reads.map(() => []);
  for (const [register, at] of last) lastUses[at]!.push(register);
  return lastUses;
}

/** Registers of one run. Each holds a bundle of ciphertexts, which it retains until it is released. */
export class Registers<C extends object> implements Disposable {
  /** By register, as far as they are written; empty where it is released. */
  readonly bundles: (readonly C[])[] = [];
  readonly #schedule: Schedule;
  readonly #references: References<C>;

  constructor(schedule: Schedule, references: References<C>) {
    this.#schedule = schedule;
    this.#references = references;
  }

  /** Keeps what the next entry computed. */
  write(bundle: readonly C[]): void {
    for (const ciphertext of bundle) this.#references.retain(ciphertext);
    this.bundles.push(bundle);
  }

  /** Releases what no entry after this one reads. */
  releaseAfter(at: number): void {
    for (const register of this.#schedule.lastUses[at]!) this.#release(register);
  }

  /** The layer that ends with an entry, or null. */
  layerEndingWith(at: number): string | null {
    const { layers } = this.#schedule;
    return layers[at] === layers[at + 1] ? null : layers[at]!;
  }

  /** Outputs by name, retained for the caller. */
  outputs(): Record<string, readonly C[]> {
    const outputs = Object.entries(this.#schedule.outputs).map(([name, register]) => [name, this.bundles[register]!] as const);
    for (const [, bundle] of outputs) for (const ciphertext of bundle) this.#references.retain(ciphertext);
    return Object.fromEntries(outputs);
  }

  #release(register: number): void {
    for (const ciphertext of this.bundles[register]!) this.#references.release(ciphertext);
    this.bundles[register] = [];
  }

  /** Releases everything. */
  [Symbol.dispose](): void {
    for (const register of this.bundles.keys()) this.#release(register);
  }
}

/**
 * Computes entry after entry, reports each layer that is done, and releases what is no longer read, also where one throws.
 *
 * @returns outputs by name, retained for the caller
 * @throws what `compute` and `onLayer` throw, and the reason of an aborted signal
 */
export async function runSchedule<C extends object>(
  schedule: Schedule,
  references: References<C>,
  compute: (at: number, bundles: readonly (readonly C[])[]) => readonly C[] | Promise<readonly C[]>,
  { onLayer, signal }: { readonly onLayer: LayerDone<C> | undefined; readonly signal: AbortSignal | undefined },
): Promise<Record<string, readonly C[]>> {
  using registers = new Registers(schedule, references);
  for (const at of schedule.layers.keys()) {
    signal?.throwIfAborted();
    const bundle = await compute(at, registers.bundles);
    registers.write(bundle);
    const layer = registers.layerEndingWith(at);
    if (layer !== null) await onLayer?.(layer, bundle);
    registers.releaseAfter(at);
  }
  return registers.outputs();
}
