/**
 * The evaluator: circuits on ciphertexts in registers. It holds the public key, and no secret.
 *
 * @module
 */
import { scheduleCircuit } from '../analysis.ts';
import type { Circuit } from '../circuit.ts';
import { holdBundles, loadEach, type BundleExecutor, type LayerDone } from '../held-evaluator.ts';
import { References } from '../references.ts';
import { runSchedule } from '../registers.ts';
import type { Compiled, HEEvaluator, KeyPart, Options } from '../scheme.ts';
import { CircuitConstants } from './evaluate/constants.ts';
import { LayerRun } from './evaluate/layer-run.ts';
import { openPublicKey } from './evaluate/public-key.ts';
import { openResidues } from './kernel/open-residues.ts';
import type { Residues } from './kernel/residues.ts';
import { bytesOf, invert } from './numbers/integers.ts';
import { ciphertext_bytes } from './parameters.ts';
import { PRODUCTS_OF_SUM } from './program/counts.ts';
import type { PaillierProgram } from './program/program.ts';
import { CiphertextCheck, notCoprime } from './wire/ciphertext-wire.ts';
import type { Ciphertext } from './evaluate/ciphertext.ts';

/** A circuit, ready to run. */
interface Prepared {
  readonly circuit: Circuit;
  readonly constants: CircuitConstants;
  readonly layers: readonly (LayerRun | null)[];
}

/**
 * On our kernel, or on bigint where the engine has no fused arithmetic.
 *
 * @throws EnigmarkError KEYS_INCOMPLETE, KEY_DAMAGED, OUT_OF_MEMORY
 */
export function createOwnEvaluator(compiled: Compiled, keys: readonly KeyPart[], { signal }: Options = {}): HEEvaluator {
  const program = compiled.evaluator as PaillierProgram;
  const n = openPublicKey(compiled, keys);
  return holdBundles(compiled, new Executor(program, n, signal));
}

class Executor implements BundleExecutor<Ciphertext> {
  readonly path: string;
  readonly #program: PaillierProgram;
  readonly #n: bigint;
  readonly #signal: AbortSignal | undefined;
  readonly #residues: Residues;
  readonly #check: CiphertextCheck;
  readonly #references: References<Ciphertext>;
  readonly #counts = { multiply: 0, square: 0, invert: 0 };
  readonly #prepared = new Map<string, Prepared>();
  /** R^2 takes a ciphertext out of the kernel, R^3 a sum back to R^-1; one more for results on their way. */
  readonly #leaving: number;
  readonly #summing: number;
  readonly #passing: number;

  constructor(program: PaillierProgram, n: bigint, signal: AbortSignal | undefined) {
    this.#program = program;
    this.#n = n;
    this.#signal = signal;
    this.#residues = openResidues(n, 'modulus');
    this.path = this.#residues.path;
    this.#check = new CiphertextCheck(n, ciphertext_bytes(program.parameters));
    this.#references = new References<Ciphertext>(({ register }) => this.#residues.free(register, 1));
    const { radix, modulus } = this.#residues;
    this.#leaving = this.#residues.reserve(3);
    this.#summing = this.#leaving + 1;
    this.#passing = this.#leaving + 2;
    this.#residues.write(this.#leaving, (radix * radix) % modulus);
    this.#residues.write(this.#summing, (((radix * radix) % modulus) * radix) % modulus);
  }

  async prepare(circuits: readonly Circuit[]): Promise<void> {
    for (const circuit of circuits) {
      const before = this.#prepared.get(circuit.id);
      before?.constants.free();
      for (const layer of before?.layers ?? []) layer?.free();
      const constants = new CircuitConstants(circuit, this.#residues, { n: this.#n, slot_bits: this.#program.slot_bits });
      const layers = (this.#program.layers[circuit.id] ?? []).map((layer, at) => {
        return layer === null ? null : new LayerRun(layer, constants.ofLayer(at, layer), { residues: this.#residues, n: this.#n });
      });
      this.#prepared.set(circuit.id, { circuit, constants, layers });
    }
  }

  load(_port: string, payloads: readonly Uint8Array[]): readonly Ciphertext[] {
    return loadEach(
      payloads,
      (payload) => {
        this.#check.expectInRange(payload);
        const ciphertext = this.#make(false);
        this.#residues.load(ciphertext.register, payload);
        return this.#references.retain(ciphertext);
      },
      (ciphertext) => this.release(ciphertext),
    );
  }

  /** What no inversion has looked at is looked at here. @throws EnigmarkError CIPHERTEXT_NOT_COPRIME */
  store(ciphertext: Ciphertext): Uint8Array {
    this.#residues.multiply(this.#passing, ciphertext.register, this.#leaving);
    const number = this.#residues.read(this.#passing);
    if (!ciphertext.coprime && invert(number, this.#n) === null) throw notCoprime();
    ciphertext.coprime = true;
    return bytesOf(number, ciphertext_bytes(this.#program.parameters));
  }

  release(ciphertext: Ciphertext): void {
    this.#references.release(ciphertext);
  }

  async run(
    id: string,
    inputs: Readonly<Record<string, readonly Ciphertext[]>>,
    _pass: number,
    onLayer: LayerDone<Ciphertext> | undefined,
  ): Promise<Record<string, readonly Ciphertext[]>> {
    const prepared = this.#prepared.get(id);
    if (prepared === undefined) throw new Error(`circuit '${id}' was not prepared`);
    const compute = (at: number, bundles: readonly (readonly Ciphertext[])[]): readonly Ciphertext[] =>
      this.#compute(prepared, at, bundles, inputs);
    return runSchedule(scheduleCircuit(prepared.circuit), this.#references, compute, { onLayer, signal: this.#signal });
  }

  counts(): Readonly<Record<string, number>> {
    return { ...this.#counts };
  }

  memory() {
    const { reserved_bytes, live_bytes } = this.#residues;
    const inJavaScript = this.path === 'fallback';
    return {
      reserved_bytes,
      live_bytes: inJavaScript ? 0 : live_bytes,
      buffers_bytes: inJavaScript ? live_bytes : 0,
      objects: this.#references.size,
    };
  }

  dispose(): void {
    this.#references.clear();
  }

  #make(coprime: boolean): Ciphertext {
    return { register: this.#residues.reserve(1), coprime };
  }

  #compute(
    { circuit, constants, layers }: Prepared,
    at: number,
    bundles: readonly (readonly Ciphertext[])[],
    inputs: Readonly<Record<string, readonly Ciphertext[]>>,
  ): readonly Ciphertext[] {
    const node = circuit.nodes[at]!;
    switch (node.op) {
      case 'input':
        return inputs[node.port] ?? [];
      case 'pick':
        return node.from.map(([from, index]) => bundles[from]![index]!);
      case 'add':
        return bundles[node.left]!.map((left, index) => this.#sum(left, bundles[node.right]![index]!));
      case 'addPlain':
        return bundles[node.of]!.map((of, index) => this.#product(of, constants.ofPlain(at) + index));
      case 'affine':
      case 'convolve':
        return this.#layer(layers[at]!, bundles[node.of]!);
      default:
        throw new Error(`'${node.op}' is refused by compile`);
    }
  }

  #sum(left: Ciphertext, right: Ciphertext): Ciphertext {
    const sum = this.#make(left.coprime && right.coprime);
    this.#residues.multiply(sum.register, left.register, right.register);
    this.#residues.multiply(sum.register, sum.register, this.#summing);
    this.#counts.multiply += PRODUCTS_OF_SUM;
    return sum;
  }

  #product(of: Ciphertext, constant: number): Ciphertext {
    const product = this.#make(of.coprime);
    this.#residues.multiply(product.register, of.register, constant);
    this.#counts.multiply++;
    return product;
  }

  #layer(layer: LayerRun, inputs: readonly Ciphertext[]): Ciphertext[] {
    layer.compute(inputs, this.#counts);
    return layer.outputs.map((_, output) => {
      const ciphertext = this.#make(layer.invertsAll);
      this.#counts.multiply += layer.finish(output, ciphertext.register);
      return ciphertext;
    });
  }
}
