/**
 * What the evaluator multiplies by besides ciphertexts: (1 + b n) adds b, and a power of R makes up for what products divided by. Both are
 * one number, so that biases cost nothing.
 *
 * @module
 */
import type { Circuit, Node } from '../../circuit.ts';
import { invertModuloSquare, modulo } from '../numbers/integers.ts';
import { power } from '../kernel/power.ts';
import type { Residues } from '../kernel/residues.ts';
import type { LayerProgram } from '../program/layer-program.ts';
import { fillSlots, packSlots } from '../slots.ts';

export class CircuitConstants {
  readonly #circuit: Circuit;
  readonly #residues: Residues;
  readonly #n: bigint;
  readonly #slot_bits: number;
  readonly #kept: { readonly first: number; readonly count: number }[] = [];
  readonly #plains = new Map<number, number>();

  constructor(circuit: Circuit, residues: Residues, { n, slot_bits }: { readonly n: bigint; readonly slot_bits: number }) {
    this.#circuit = circuit;
    this.#residues = residues;
    this.#n = n;
    this.#slot_bits = slot_bits;
    for (const [at, node] of circuit.nodes.entries()) {
      // A ciphertext over R stays one.
      if (node.op === 'addPlain')
        this.#plains.set(at, this.#keep(node.plains.map((plain) => this.#adding(packSlots(plain, slot_bits), 1n))));
    }
  }

  /** The first register of those for a node's plains. */
  ofPlain(node: number): number {
    return this.#plains.get(node)!;
  }

  /**
   * The first register of those for a layer's outputs: to each ciphertext over R^-degree, what makes it one over R with its bias added.
   * Where no input counts it is that ciphertext itself.
   */
  ofLayer(node: number, { outputs }: LayerProgram): number {
    const biases = biasesOf(this.#circuit.nodes[node]!);
    const slots = this.#circuit.shape.columns;
    return this.#keep(
      outputs.map((output, row) =>
        this.#adding(fillSlots(biases?.[row] ?? 0, slots, this.#slot_bits), output === null ? -1n : -output.degree),
      ),
    );
  }

  free(): void {
    for (const { first, count } of this.#kept) this.#residues.free(first, count);
  }

  #keep(numbers: readonly bigint[]): number {
    const first = this.#residues.reserve(numbers.length);
    for (const [at, number] of numbers.entries()) this.#residues.write(first + at, number);
    this.#kept.push({ first, count: numbers.length });
    return first;
  }

  /** (1 + plain n) R^degree. */
  #adding(plain: bigint, degree: bigint): bigint {
    const { modulus } = this.#residues;
    return (modulo(1n + plain * this.#n, modulus) * this.#radixPower(degree)) % modulus;
  }

  #radixPower(degree: bigint): bigint {
    const { radix } = this.#residues;
    if (radix === 1n) return 1n;
    return degree >= 0n ? power(this.#residues, radix, degree) : power(this.#residues, invertModuloSquare(radix, this.#n)!, -degree);
  }
}

function biasesOf(node: Node) {
  return node.op === 'affine' ? node.bias : null;
}
