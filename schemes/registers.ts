/**
 * The values of a circuit while it runs, step by step: who uses them, when they may go, which are the outputs. Evaluators say what a
 * step computes, and nothing else of it.
 *
 * @module
 */
import type { LayerDone } from './held-evaluator.ts';
import type { References } from './references.ts';

/** What runs. Step i writes register i, and reads registers before it. */
export interface Steps {
  /** Of each step; the steps of a layer follow one another. */
  readonly layers: readonly string[];
  /** lastUses[i]: the registers that no step after i reads, outputs apart. */
  readonly lastUses: readonly (readonly number[])[];
  /** Output name to register. */
  readonly outputs: Readonly<Record<string, number>>;
}

/**
 * lastUses[i]: the registers that nothing reads after step i. What nobody reads goes where it is written; `kept` registers, a circuit's
 * outputs, never go.
 *
 * @param reads the registers that each step reads
 */
export function findLastUses(reads: readonly (readonly number[])[], kept: Iterable<number>): readonly (readonly number[])[] {
  const last = new Map(reads.map((_, step) => [step, step]));
  for (const [step, registers] of reads.entries()) for (const register of registers) last.set(register, step);
  for (const register of kept) last.delete(register);
  const lastUses: number[][] = reads.map(() => []);
  for (const [register, step] of last) lastUses[step]!.push(register);
  return lastUses;
}

/** Registers of one run. Each holds a bundle of ciphertexts, which it retains until it is released. */
export class Registers<C extends object> implements Disposable {
  /** What the steps so far have left; empty where it is released. */
  readonly bundles: (readonly C[])[] = [];
  readonly #steps: Steps;
  readonly #references: References<C>;

  constructor(steps: Steps, references: References<C>) {
    this.#steps = steps;
    this.#references = references;
  }

  /** Keeps what the next step leaves. */
  write(bundle: readonly C[]): void {
    for (const ciphertext of bundle) this.#references.retain(ciphertext);
    this.bundles.push(bundle);
  }

  /** Releases what no step after this one reads. */
  releaseAfter(step: number): void {
    for (const register of this.#steps.lastUses[step]!) this.#release(register);
  }

  /** The layer that ends with a step, or null. */
  layerEndingWith(step: number): string | null {
    const { layers } = this.#steps;
    return layers[step] === layers[step + 1] ? null : layers[step]!;
  }

  /** Outputs by name, retained for the caller. */
  outputs(): Record<string, readonly C[]> {
    const outputs = Object.entries(this.#steps.outputs).map(([name, register]) => [name, this.bundles[register]!] as const);
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
 * Computes step after step, tells of layers that are done, and releases what is no longer read, also where a step throws.
 *
 * @returns outputs by name, retained for the caller
 * @throws what `compute` and `onLayer` throw, and the reason of an aborted signal
 */
export async function runSteps<C extends object>(
  steps: Steps,
  references: References<C>,
  compute: (step: number, bundles: readonly (readonly C[])[]) => readonly C[] | Promise<readonly C[]>,
  { onLayer, signal }: { readonly onLayer: LayerDone<C> | undefined; readonly signal: AbortSignal | undefined },
): Promise<Record<string, readonly C[]>> {
  using registers = new Registers(steps, references);
  for (const step of steps.layers.keys()) {
    signal?.throwIfAborted();
    const bundle = await compute(step, registers.bundles);
    registers.write(bundle);
    const layer = registers.layerEndingWith(step);
    if (layer !== null) await onLayer?.(layer, bundle);
    registers.releaseAfter(step);
  }
  return registers.outputs();
}
