/**
 * A linear layer on ciphertexts: its products, in registers of its own.
 *
 * @module
 */
import { invertModuloSquare } from '../numbers/integers.ts';
import type { KeptProducts, Residues } from '../kernel/residues.ts';
import type { LayerProgram } from '../program/layer-program.ts';
import { notCoprime } from '../wire/ciphertext-wire.ts';
import type { Ciphertext } from './ciphertext.ts';

interface Machine {
  readonly residues: Residues;
  readonly n: bigint;
}

export class LayerRun {
  readonly #machine: Machine;
  readonly #program: LayerProgram;
  /** Of outputs. */
  readonly #constants: number;
  readonly #registers: number;
  readonly #beforeInversion: KeptProducts;
  readonly #afterInversion: KeptProducts;

  /** @param constants the first register of those for outputs (`CircuitConstants.ofLayer`) */
  constructor(program: LayerProgram, constants: number, machine: Machine) {
    const { residues } = machine;
    this.#machine = machine;
    this.#program = program;
    this.#constants = constants;
    this.#registers = residues.reserve(program.registers);
    const cut = 3 * (program.inversion?.after ?? 0);
    this.#beforeInversion = residues.keep(program.products.subarray(0, cut));
    this.#afterInversion = residues.keep(program.products.subarray(cut));
  }

  get outputs(): LayerProgram['outputs'] {
    return this.#program.outputs;
  }

  /** Every input that counts is under the inversion. */
  get invertsAll(): boolean {
    return this.#program.inversion !== null;
  }

  /** @throws EnigmarkError CIPHERTEXT_NOT_COPRIME where an input has no inverse */
  compute(inputs: readonly Ciphertext[], counts: { multiply: number; square: number; invert: number }): void {
    const { residues, n } = this.#machine;
    const { inversion } = this.#program;
    for (const [at, { register }] of inputs.entries()) residues.copy(this.#registers + at, register);
    residues.run(this.#beforeInversion, this.#registers);
    if (inversion !== null) {
      const inverse = invertModuloSquare(residues.read(this.#registers + inversion.from), n);
      if (inverse === null) throw notCoprime();
      residues.write(this.#registers + inversion.to, inverse);
    }
    residues.run(this.#afterInversion, this.#registers);
    counts.multiply += this.#program.counts.multiply;
    counts.square += this.#program.counts.square;
    counts.invert += this.#program.counts.invert;
  }

  /** Writes an output, over R and with its bias; gives the number of products that it took. */
  finish(output: number, to: number): number {
    const { residues } = this.#machine;
    const made = this.#program.outputs[output] ?? null;
    if (made === null) residues.copy(to, this.#constants + output);
    else residues.multiply(to, this.#registers + made.register, this.#constants + output);
    return made === null ? 0 : 1;
  }

  free(): void {
    const { residues } = this.#machine;
    residues.free(this.#registers, this.#program.registers);
    residues.drop(this.#beforeInversion);
    residues.drop(this.#afterInversion);
  }
}
