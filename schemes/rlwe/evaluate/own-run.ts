/**
 * One circuit's program, instruction by instruction, on our own kernels.
 *
 * @module
 */
import type { Circuit, ProductTerm, RotationTerm } from '../../circuit.ts';
import type { LayerDone } from '../../held-evaluator.ts';
import type { References } from '../../references.ts';
import { Registers, type Schedule } from '../../registers.ts';
import type { BfvMultiplier } from './base-extension.ts';
import type { Chain } from '../ring/chain.ts';
import type { Ciphertext } from '../ring/ciphertext.ts';
import { releaseCiphertext } from '../ring/ciphertext.ts';
import { combine } from './combine.ts';
import { dot } from './dot.ts';
import { divideByLast } from './divide.ts';
import { fusedDivisions } from '../program/fusion.ts';
import type { EvaluatorKey } from './key-switch.ts';
import { positiveRotation } from '../program/keys.ts';
import { lowerView } from './lower-view.ts';
import { add, multiply, relinearize } from './multiply.ts';
import { addPlain } from './plaintext.ts';
import type { Addend, Prepared } from './prepared.ts';
import { reads, scheduleProgram, type CircuitProgram } from '../program/program.ts';
import type { EncapsulationKeys } from '../wire/encapsulation-keys.ts';
import { addRotations, fold } from './fold.ts';
import { raise } from './raise.ts';
import { rotate, type GaloisKeys } from './rotate.ts';
import { rotateSum } from './rotate-sum.ts';
import { stripRuns } from '../program/strip-runs.ts';
import type { StripOperation } from './strip-operation.ts';
import { evaluateStrips } from './strips.ts';
import { transform } from './transform.ts';
import { operationsOf, countName, type Form } from '../program/operations.ts';
import { multiplyMatrix } from './matrix-product.ts';

type Bundle = readonly Ciphertext[];

/** All that an evaluator needs for computing. */
export interface RunContext {
  readonly chain: Chain;
  readonly relinearization: EvaluatorKey | null;
  readonly galois: GaloisKeys;
  /** Null: values are raised under the secret itself, or none is. */
  readonly encapsulation: EncapsulationKeys | null;
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
  readonly #context: RunContext;
  readonly #schedule: Schedule;
  /** Instruction to the division done with it, and back. */
  readonly #fused: ReadonlyMap<number, number>;
  readonly #done: ReadonlySet<number>;
  /** Operations by instruction: names of counts, and how often. */
  readonly #operations: readonly (readonly (readonly [name: string, times: number])[])[];
  /** First instruction to last of what is computed strip by strip. */
  readonly #runs: ReadonlyMap<number, number>;

  constructor(program: CircuitProgram, circuit: Circuit, prepared: readonly Prepared[], context: RunContext) {
    this.#program = program;
    this.#circuit = circuit;
    this.#prepared = prepared;
    this.#context = context;
    this.#schedule = scheduleProgram(program, circuit.nodes);
    this.#fused = fusedDivisions(program);
    this.#done = new Set(this.#fused.values());
    const form = formOf(context.chain);
    this.#operations = program.instructions.map((instruction) =>
      operationsOf(instruction, circuit.nodes[instruction.node]!, form)
        .filter(({ times }) => times > 0)
        .map(({ operation, limbs, times }) => [countName(operation, limbs), times]),
    );
    this.#runs = stripRuns(program, circuit.nodes, form);
    for (const { op, limbs } of program.instructions) if (op === 'multiply' || op === 'dot') context.multiplier?.prepare(limbs);
  }

  async evaluate(
    inputs: Readonly<Record<string, Bundle>>,
    onLayer: LayerDone<Ciphertext> | undefined,
  ): Promise<Readonly<Record<string, Bundle>>> {
    const { references, signal } = this.#context;
    using registers = new Registers(this.#schedule, references);
    const clock = onLayer === undefined ? null : new LayerClock();
    for (let first = 0, next; first < this.#program.instructions.length; first = next) {
      signal?.throwIfAborted();
      const { last, bundle, elapsed_ns } = this.#compute(first, registers.bundles, inputs, clock);
      next = last + 1;
      // Intermediate results of a run of strips never exist as whole ciphertexts.
      for (let at = first; at < next; at++) registers.write(at === last ? bundle : []);
      for (let at = first; at < next; at++) {
        this.#count(at);
        clock?.add(elapsed_ns?.[at - first]);
        const layer = registers.layerEndingWith(at);
        if (layer === null || clock === null) continue;
        // A value that was divided in advance belongs to a later layer, so that this layer reports none.
        await onLayer?.(layer, at === last && !this.#fused.has(at) ? bundle : null, clock.take());
        clock.resume();
      }
      for (let at = first; at < next; at++) registers.releaseAfter(at);
    }
    return registers.outputs();
  }

  #count(at: number): void {
    const { counts } = this.#context;
    for (const [name, times] of this.#operations[at]!) counts[name] = (counts[name] ?? 0) + times;
  }

  /** The result of instruction `at`. Where a run of strips begins there: the result of its last instruction, and the time of each. */
  #compute(
    at: number,
    registers: readonly Bundle[],
    inputs: Readonly<Record<string, Bundle>>,
    clock: LayerClock | null,
  ): { readonly last: number; readonly bundle: Bundle; readonly elapsed_ns: Float64Array | null } {
    const last = this.#runs.get(at) ?? at;
    if (last > at) {
      const { instructions } = this.#program;
      const elapsed_ns = clock === null ? null : new Float64Array(last + 1 - at);
      const [of] = reads(instructions[at]!) as readonly [number];
      const operations = instructions.slice(at, last + 1).map((_, index) => stripOperationOf(this.#prepared[at + index]!));
      const { chain } = this.#context;
      const bundle = evaluateStrips(chain, operations, registers[of]!, instructions[last]!.scale ?? 1, elapsed_ns);
      if (bundle !== null) return { last, bundle, elapsed_ns };
    }
    return { last: at, bundle: this.#computeOne(at, registers, inputs), elapsed_ns: null };
  }

  #computeOne(at: number, registers: readonly Bundle[], inputs: Readonly<Record<string, Bundle>>): Bundle {
    const { chain, galois, relinearization, encapsulation, multiplier, references } = this.#context;
    const instruction = this.#program.instructions[at]!;
    const prepared = this.#prepared[at]!;
    const node = this.#circuit.nodes[instruction.node]!;
    const division = this.#fused.get(at);
    const rescale = division !== undefined;
    const scale = (rescale ? this.#program.instructions[division]! : instruction).scale ?? 1;
    const pairs = (left: number, right: number, operate: (a: Ciphertext, b: Ciphertext) => Ciphertext): Bundle =>
      chain.nestedParallelMap(registers[left]!, (a, index) => operate(a, registers[right]![index]!));
    switch (instruction.op) {
      case 'input':
        return inputs[instruction.port] ?? [];
      case 'add':
      case 'subtract':
        return pairs(instruction.left, instruction.right, (a, b) => add(chain, a, b, instruction.op === 'add' ? 1 : -1));
      case 'multiply':
        return pairs(instruction.left, instruction.right, (a, b) => multiplier?.multiply(a, b) ?? multiply(chain, a, b));
      case 'dot':
        if (node.op !== 'dot') break;
        return this.#dot(registers[instruction.left]!, registers[instruction.right]!, node.outputs, scale);
      case 'relinearize':
        return chain.nestedParallelMap(registers[instruction.of]!, (a) => {
          // Some ciphertexts of a bundle may be products, and others not.
          if (a.polynomials.length === 2) return rescale ? divideByLast(chain, a, scale) : a;
          return relinearize(chain, a, relinearization!, scale, rescale);
        });
      case 'divide':
        return chain.nestedParallelMap(registers[instruction.of]!, (a) =>
          this.#divide(a, instruction.primes - (this.#done.has(at) ? 1 : 0), scale),
        );
      case 'drop':
        return registers[instruction.of]!.map((a) => lowerView(a, instruction.limbs, references));
      case 'swapRows':
        return chain.nestedParallelMap(registers[instruction.of]!, (a) => rotate(chain, a, chain.elementOf(0), galois));
      case 'pick':
        return instruction.from.map(([register, index]) => registers[register]![index]!);
      case 'combine': {
        const { terms, constant, limbs, width } = instruction;
        const bundle = [...Array(width).keys()].map((index) =>
          terms.map(([register, factor]) => [registers[register]![index]!, factor] as const),
        );
        return chain.nestedParallelMap(bundle, (summands) => combine(chain, summands, constant, limbs, scale));
      }
      case 'sumAutomorphisms': {
        const groups = instruction.rotations.map((by) => [chain.elementOf(by)]);
        return chain.nestedParallelMap(registers[instruction.of]!, (a) => addRotations(chain, a, groups, galois));
      }
      case 'raise': {
        const { factor, limbs } = instruction;
        return registers[instruction.of]!.map((a) => raise(chain, a, encapsulation, { limbs, factor, scale }));
      }
      case 'dftFactor':
        if (prepared.kind !== 'transform') break;
        return registers[instruction.of]!.flatMap((a) => transform(chain, [a], prepared.transform, galois, scale, rescale));
      case 'rotate':
        if (node.op !== 'rotate') break;
        return this.#rotated(registers[instruction.of]!, node.by);
      case 'rotateSum':
        if (node.op !== 'rotateSum') break;
        return this.#rotateSum(registers[instruction.of]!, node.outputs);
      case 'fold':
        if (node.op !== 'fold') break;
        return this.#folded(registers[instruction.of]!, node.rotations);
      case 'addPlain':
        if (prepared.kind !== 'addPlain') break;
        return this.#withPlains(registers[instruction.of]!, prepared.plains);
      case 'affine':
        if (prepared.kind !== 'affine') break;
        return multiplyMatrix(chain, prepared.matrix, registers[instruction.of]!, scale);
      case 'transform':
        if (prepared.kind !== 'transform') break;
        return transform(chain, registers[instruction.of]!, prepared.transform, galois, scale, rescale);
    }
    throw new Error(`instruction ${at} ('${instruction.op}') does not fit node ${instruction.node} ('${node.op}')`);
  }

  #rotation(by: number): number {
    return positiveRotation(by, this.#program.shape.columns);
  }

  /** A rotation by nothing gives the same ciphertext, with one user more. */
  #rotated(bundle: Bundle, by: number): Bundle {
    const { chain, galois } = this.#context;
    const moved = this.#rotation(by);
    return moved === 0 ? bundle : chain.nestedParallelMap(bundle, (a) => rotate(chain, a, chain.elementOf(moved), galois));
  }

  #dot(lefts: Bundle, rights: Bundle, outputs: readonly (readonly ProductTerm[])[], scale: number): Bundle {
    const { chain, multiplier } = this.#context;
    const product = multiplier && ((left: Ciphertext, right: Ciphertext): Ciphertext => multiplier.multiply(left, right));
    return chain.nestedParallelMap(outputs, (terms) => dot(chain, lefts, rights, terms, scale, product));
  }

  #rotateSum(bundle: Bundle, outputs: readonly (readonly RotationTerm[])[]): Bundle {
    const { chain, galois } = this.#context;
    const elementOf = (by: number): number => (this.#rotation(by) === 0 ? 1 : chain.elementOf(this.#rotation(by)));
    const elements = outputs.map((terms) => terms.map(({ from, by }) => ({ from, element: elementOf(by) })));
    return rotateSum(chain, bundle, elements, galois);
  }

  #folded(bundle: Bundle, rotations: readonly number[]): Bundle {
    const { chain, galois } = this.#context;
    const moved = rotations.map((by) => this.#rotation(by));
    return chain.nestedParallelMap(bundle, (a) => fold(chain, a, moved, galois));
  }

  #withPlains(bundle: Bundle, addends: readonly Addend[]): Bundle {
    const { chain } = this.#context;
    // Encoded before tasks begin.
    const plains = bundle.map((a, index) => addends[index]!(a.correction));
    return chain.nestedParallelMap(bundle, (a, index) => addPlain(chain, a, plains[index]!));
  }

  /** Divides by the primes that are left to divide by; the program says the scale. */
  #divide(a: Ciphertext, primes: number, scale: number): Ciphertext {
    let divided = a;
    for (let dropped = 0; dropped < primes; dropped++) {
      const before = divided;
      divided = divideByLast(this.#context.chain, before, scale);
      if (before !== a) releaseCiphertext(this.#context.chain, before);
    }
    return divided;
  }
}

function formOf({ scheme }: Chain): Form {
  return scheme === 'bfv' ? 'coefficients' : 'points';
}

function stripOperationOf(prepared: Prepared): StripOperation {
  return prepared.kind === 'affine' ? { kind: 'matrix', matrix: prepared.matrix } : { kind: 'square' };
}

/** Time of layers, where some are computed together. */
class LayerClock {
  #since_ms = performance.now();
  #counted_ns = 0;

  /** Adds the time since the last call, or the part of it that one instruction took. */
  add(elapsed_ns: number | undefined): void {
    const now_ms = performance.now();
    this.#counted_ns += elapsed_ns ?? (now_ms - this.#since_ms) * 1e6;
    this.#since_ms = now_ms;
  }

  /** Whole nanoseconds counted since the last call; the fraction is kept for the next. */
  take(): number {
    const counted_ns = Math.round(this.#counted_ns);
    this.#counted_ns -= counted_ns;
    return counted_ns;
  }

  /** Does not count the time since the last addition. */
  resume(): void {
    this.#since_ms = performance.now();
  }
}
