/**
 * One circuit's program, instruction by instruction, on our own kernels.
 *
 * @module
 */
import type { Circuit } from '../circuit.ts';
import type { LayerDone } from '../held-evaluator.ts';
import type { References } from '../references.ts';
import type { BfvMultiplier } from './base-extension.ts';
import type { Chain } from './chain.ts';
import type { Ciphertext } from './ciphertext.ts';
import { releaseCiphertext } from './ciphertext.ts';
import type { Form } from './cost.ts';
import { countName, operationsOf } from './cost.ts';
import { divideByLast } from './divide.ts';
import { fusedDivisions } from './fusion.ts';
import type { SwitchingKey } from './key-wire.ts';
import { positiveStep } from './keys.ts';
import { add, drop, multiply, relinearize } from './multiply.ts';
import { addPlain } from './plaintext.ts';
import type { Prepared } from './prepared.ts';
import { deadAfter, type CircuitProgram, type Instruction } from './program.ts';
import { multiplyMatrix } from './residue-matrix.ts';
import { fold, rotate, type GaloisKeys } from './rotate.ts';
import { transform } from './transform.ts';

type Bundle = readonly Ciphertext[];

/** What an evaluator computes with. */
export interface Means {
  readonly chain: Chain;
  readonly relinearization: SwitchingKey | null;
  readonly galois: GaloisKeys;
  /** BFV only. */
  readonly multiplier: BfvMultiplier | null;
  readonly references: References<Ciphertext>;
  /** Operations by name and limbs. */
  readonly counts: Record<string, number>;
  readonly signal: AbortSignal | undefined;
}

export class OwnRun {
  readonly #program: CircuitProgram;
  readonly #circuit: Circuit;
  readonly #prepared: readonly Prepared[];
  readonly #means: Means;
  readonly #dead: readonly (readonly number[])[];
  /** Instruction to the division done with it, and back. */
  readonly #fused: ReadonlyMap<number, number>;
  readonly #done: ReadonlySet<number>;

  constructor(program: CircuitProgram, circuit: Circuit, prepared: readonly Prepared[], means: Means) {
    this.#program = program;
    this.#circuit = circuit;
    this.#prepared = prepared;
    this.#means = means;
    this.#dead = deadAfter(program);
    this.#fused = fusedDivisions(program);
    this.#done = new Set(this.#fused.values());
  }

  async evaluate(
    inputs: Readonly<Record<string, Bundle>>,
    onLayer: LayerDone<Ciphertext> | undefined,
  ): Promise<Readonly<Record<string, Bundle>>> {
    const { references, signal } = this.#means;
    const { instructions, outputs } = this.#program;
    const registers: Bundle[] = [];
    const layerOf = (instruction: Instruction | undefined): string | undefined =>
      instruction && this.#circuit.nodes[instruction.node]?.layer;
    try {
      for (const [at, instruction] of instructions.entries()) {
        signal?.throwIfAborted();
        const bundle = this.#compute(at, registers, inputs);
        this.#count(instruction);
        registers.push(bundle.map((ciphertext) => references.retain(ciphertext)));
        const layer = layerOf(instruction);
        if (onLayer !== undefined && layer !== undefined && layer !== layerOf(instructions[at + 1])) {
          // A value that was divided in advance is not what the layer's name promises.
          await onLayer(layer, this.#fused.has(at) ? null : bundle);
        }
        for (const register of this.#dead[at]!) this.#release(registers, register);
      }
      return Object.fromEntries(
        Object.entries(outputs).map(([name, register]) => [name, registers[register]!.map((c) => references.retain(c))]),
      );
    } finally {
      for (const register of registers.keys()) this.#release(registers, register);
    }
  }

  #release(registers: Bundle[], register: number): void {
    for (const ciphertext of registers[register]!) this.#means.references.release(ciphertext);
    registers[register] = [];
  }

  #count(instruction: Instruction): void {
    const { chain, counts } = this.#means;
    const form: Form = chain.scheme === 'bfv' ? 'coefficients' : 'points';
    for (const { operation, limbs, times } of operationsOf(instruction, this.#circuit.nodes[instruction.node]!, form)) {
      if (times > 0) counts[countName(operation, limbs)] = (counts[countName(operation, limbs)] ?? 0) + times;
    }
  }

  #compute(at: number, registers: readonly Bundle[], inputs: Readonly<Record<string, Bundle>>): Bundle {
    const { chain, galois, relinearization, multiplier } = this.#means;
    const instruction = this.#program.instructions[at]!;
    const prepared = this.#prepared[at]!;
    const node = this.#circuit.nodes[instruction.node]!;
    const division = this.#fused.get(at);
    const rescale = division !== undefined;
    const scale = (rescale ? this.#program.instructions[division]! : instruction).scale ?? 1;
    const pairs = (left: number, right: number, operate: (a: Ciphertext, b: Ciphertext) => Ciphertext): Bundle =>
      registers[left]!.map((a, index) => operate(a, registers[right]![index]!));
    switch (instruction.op) {
      case 'input':
        return inputs[instruction.port] ?? [];
      case 'add':
      case 'subtract':
        return pairs(instruction.left, instruction.right, (a, b) => add(chain, a, b, instruction.op === 'add' ? 1 : -1));
      case 'multiply':
        return pairs(instruction.left, instruction.right, (a, b) => multiplier?.multiply(a, b) ?? multiply(chain, a, b));
      case 'relinearize':
        return registers[instruction.of]!.map((a) => {
          // A bundle may hold products beside what is none.
          if (a.polynomials.length === 2) return rescale ? divideByLast(chain, a, scale) : a;
          return relinearize(chain, a, relinearization!, scale, rescale);
        });
      case 'divide':
        return registers[instruction.of]!.map((a) => this.#divide(a, instruction.primes - (this.#done.has(at) ? 1 : 0), scale));
      case 'drop':
        return registers[instruction.of]!.map((a) => drop(chain, a, instruction.limbs));
      case 'swapRows':
        return registers[instruction.of]!.map((a) => rotate(chain, a, chain.elementOf(0), galois));
      case 'pick':
        return instruction.from.map(([register, index]) => registers[register]![index]!);
      case 'rotate':
        if (node.op !== 'rotate') break;
        return this.#rotated(registers[instruction.of]!, node.by);
      case 'fold':
        if (node.op !== 'fold') break;
        return registers[instruction.of]!.map((a) =>
          fold(
            chain,
            a,
            node.rotations.map((by) => this.#step(by)),
            galois,
          ),
        );
      case 'addPlain':
        if (prepared.kind !== 'addPlain') break;
        return registers[instruction.of]!.map((a, index) => addPlain(chain, a, prepared.plains[index]!(a.correction)));
      case 'affine':
        if (prepared.kind !== 'affine') break;
        return multiplyMatrix(chain, prepared.matrix, registers[instruction.of]!, scale);
      case 'transform':
        if (prepared.kind !== 'transform') break;
        return transform(chain, registers[instruction.of]!, prepared.transform, galois, scale, rescale);
    }
    throw new Error(`instruction ${at} ('${instruction.op}') does not fit node ${instruction.node} ('${node.op}')`);
  }

  #step(by: number): number {
    return positiveStep(by, this.#program.shape.columns);
  }

  /** A rotation by nothing is the same ciphertext, held once more. */
  #rotated(bundle: Bundle, by: number): Bundle {
    const { chain, galois } = this.#means;
    const step = this.#step(by);
    return step === 0 ? bundle : bundle.map((a) => rotate(chain, a, chain.elementOf(step), galois));
  }

  /** By as many primes as are left to divide by; the scale is the program's. */
  #divide(a: Ciphertext, primes: number, scale: number): Ciphertext {
    let divided = a;
    for (let step = 0; step < primes; step++) {
      const before = divided;
      divided = divideByLast(this.#means.chain, before, scale);
      if (before !== a) releaseCiphertext(this.#means.chain, before);
    }
    return divided;
  }
}
