/**
 * One circuit's program, instruction by instruction, on SEAL's operations.
 *
 * @module
 */
import type { Ciphertext } from 'node-seal/allows';
import type { Circuit, ProductTerm, RotationTerm, TransformTerm } from '../circuit.ts';
import { EnigmarkError } from '../errors.ts';
import type { LayerDone } from '../held-evaluator.ts';
import type { References } from '../references.ts';
import { runSchedule, type Schedule } from '../registers.ts';
import { positiveRotation } from '../rlwe/program/keys.ts';
import { scheduleProgram, type CircuitProgram } from '../rlwe/program/program.ts';
import type { Operands } from './operands.ts';
import type { Operations } from './operations.ts';
import { guarded } from './runtime.ts';

type Bundle = readonly Ciphertext[];

/** One circuit's program with its encoded operands. */
export class ProgramRun {
  readonly #program: CircuitProgram;
  readonly #circuit: Circuit;
  readonly #operands: readonly Operands[];
  readonly #schedule: Schedule;
  readonly #does: Operations;
  readonly #references: References<Ciphertext>;
  readonly #signal: AbortSignal | undefined;

  constructor(
    program: CircuitProgram,
    circuit: Circuit,
    operands: readonly Operands[],
    does: Operations,
    references: References<Ciphertext>,
    signal: AbortSignal | undefined,
  ) {
    this.#program = program;
    this.#circuit = circuit;
    this.#operands = operands;
    this.#schedule = scheduleProgram(program, circuit.nodes);
    this.#does = does;
    this.#references = references;
    this.#signal = signal;
  }

  /** Results are retained for the caller. @throws EnigmarkError EVALUATION_FAILED where the library refuses a ciphertext. */
  async evaluate(
    inputs: Readonly<Record<string, Bundle>>,
    onLayer: LayerDone<Ciphertext> | undefined,
  ): Promise<Readonly<Record<string, Bundle>>> {
    const compute = (at: number, registers: readonly Bundle[]): Bundle =>
      guarded('EVALUATION_FAILED', 'ciphertexts that the plan can compute on', () => this.#compute(at, registers, inputs));
    return runSchedule(this.#schedule, this.#references, compute, { onLayer, signal: this.#signal });
  }

  #compute(at: number, registers: readonly Bundle[], inputs: Readonly<Record<string, Bundle>>): Bundle {
    const instruction = this.#program.instructions[at]!;
    const operands = this.#operands[at]!;
    const node = this.#circuit.nodes[instruction.node]!;
    const does = this.#does;
    const pairs = (left: number, right: number, operate: (a: Ciphertext, b: Ciphertext) => Ciphertext): Bundle =>
      registers[left]!.map((a, index) => operate(a, registers[right]![index]!));
    switch (instruction.op) {
      case 'input':
        return inputs[instruction.port] ?? missing(instruction.port);
      case 'add':
        return pairs(instruction.left, instruction.right, (a, b) => does.add(a, b));
      case 'subtract':
        return pairs(instruction.left, instruction.right, (a, b) => does.subtract(a, b));
      case 'multiply':
        if (instruction.left === instruction.right) return registers[instruction.left]!.map((a) => does.square(a));
        return pairs(instruction.left, instruction.right, (a, b) => does.multiply(a, b));
      case 'dot':
        if (node.op !== 'dot') break;
        return node.outputs.map((terms) => this.#dot(registers[instruction.left]!, registers[instruction.right]!, terms));
      case 'relinearize':
        return registers[instruction.of]!.map((a) => does.relinearize(a));
      case 'divide':
        return registers[instruction.of]!.map((a) => this.#divide(a, instruction.primes, instruction.scale));
      case 'drop':
        return registers[instruction.of]!.map((a) => does.drop(a, instruction.limbs));
      case 'swapRows':
        return registers[instruction.of]!.map((a) => does.swapRows(a));
      case 'pick':
        return instruction.from.map(([register, index]) => registers[register]![index]!);
      case 'rotate':
        if (node.op !== 'rotate') break;
        return registers[instruction.of]!.map((a) => does.rotate(a, this.#step(node.by)));
      case 'rotateSum':
        if (node.op !== 'rotateSum') break;
        return node.outputs.map((terms) => this.#rotateSum(registers[instruction.of]!, terms));
      case 'fold':
        if (node.op !== 'fold') break;
        return registers[instruction.of]!.map((a) => this.#fold(a, node.rotations));
      case 'addPlain':
        if (operands.kind !== 'addPlain') break;
        return registers[instruction.of]!.map((a, index) => does.addPlain(a, operands.plains[index]!));
      case 'affine':
        if (operands.kind !== 'affine') break;
        return this.#affine(registers[instruction.of]!, operands);
      case 'transform':
        if (operands.kind !== 'transform' || node.op !== 'transform') break;
        return this.#transform(registers[instruction.of]!, node.outputs, operands, instruction.scale);
      case 'combine':
      case 'dftFactor':
      case 'sumAutomorphisms':
      case 'raise':
        throw new Error('the library does not bootstrap');
    }
    throw new Error(`instruction ${at} ('${instruction.op}') does not fit node ${instruction.node} ('${node.op}')`);
  }

  #step(by: number): number {
    return positiveRotation(by, this.#program.shape.columns);
  }

  /** A sum of no terms, as a ciphertext. */
  #nothing(like: Ciphertext, scale: number | null): Ciphertext {
    const nothing = this.#does.subtract(like, like);
    if (scale !== null) nothing.setScale(scale);
    return nothing;
  }

  #divide(a: Ciphertext, primes: number, scale: number | null): Ciphertext {
    let divided = this.#does.divide(a);
    for (let step = 1; step < primes; step++) {
      const before = divided;
      divided = this.#does.divide(before);
      this.#does.free(before);
    }
    if (scale !== null) divided.setScale(scale);
    return divided;
  }

  #fold(a: Ciphertext, rotations: readonly number[]): Ciphertext {
    const does = this.#does;
    let sum = a;
    for (const by of rotations) {
      const moved = does.rotate(sum, this.#step(by));
      if (sum === a) {
        sum = does.add(a, moved);
      } else {
        does.addInto(sum, moved);
      }
      does.free(moved);
    }
    return sum;
  }

  #dot(lefts: Bundle, rights: Bundle, terms: readonly ProductTerm[]): Ciphertext {
    const product = ([left, right]: ProductTerm): Ciphertext => this.#does.multiply(lefts[left]!, rights[right]!);
    const [first, ...others] = terms;
    return others.reduce((sum, term) => this.#sum(sum, product(term)), product(first!));
  }

  /** What is a single input as it stands is that input itself. */
  #rotateSum(inputs: Bundle, terms: readonly RotationTerm[]): Ciphertext {
    const does = this.#does;
    const [still, moving] = [terms.filter(({ by }) => by === 0), terms.filter(({ by }) => by !== 0)];
    const rotated = ({ from, by }: RotationTerm): Ciphertext => does.rotate(inputs[from]!, this.#step(by));
    const [first, ...others] = moving;
    if (first === undefined) return this.#sumOfInputs(still.map(({ from }) => inputs[from]!));
    const sum = others.reduce((before, term) => this.#sum(before, rotated(term)), rotated(first));
    for (const { from } of still) does.addInto(sum, inputs[from]!);
    return sum;
  }

  /** Inputs are not changed. */
  #sumOfInputs([first, second, ...others]: Bundle): Ciphertext {
    if (second === undefined) return first!;
    const sum = this.#does.add(first!, second);
    for (const input of others) this.#does.addInto(sum, input);
    return sum;
  }

  #affine(inputs: Bundle, { rows }: Extract<Operands, { kind: 'affine' }>): Bundle {
    const does = this.#does;
    return rows.map(({ terms, bias }) => {
      const sum = terms.reduce<Ciphertext | null>((before, { from, plain, negative }) => {
        const product = does.multiplyConstant(inputs[from]!, plain);
        if (negative) does.negateInto(product);
        return before === null ? product : this.#sum(before, product);
      }, null)!;
      if (bias !== null) does.addPlainInto(sum, bias);
      return sum;
    });
  }

  /** Adds `term` to `sum` and frees it. */
  #sum(sum: Ciphertext, term: Ciphertext): Ciphertext {
    this.#does.addInto(sum, term);
    this.#does.free(term);
    return sum;
  }

  #transform(
    inputs: Bundle,
    outputs: readonly (readonly TransformTerm[])[],
    { plains }: Extract<Operands, { kind: 'transform' }>,
    scale: number | null,
  ): Bundle {
    const does = this.#does;
    const inPointValues = does.scheme === 'bfv';
    const babies = new Map<string, Ciphertext>();
    const made: Ciphertext[] = [];
    const keep = (ciphertext: Ciphertext): Ciphertext => {
      made.push(ciphertext);
      return ciphertext;
    };
    const baby = ({ from, baby: by }: TransformTerm): Ciphertext => {
      const key = `${from}/${by}`;
      const known = babies.get(key);
      if (known !== undefined) return known;
      const rotated = by === 0 ? inputs[from]! : keep(does.rotate(inputs[from]!, this.#step(by)));
      const operand = inPointValues ? keep(does.toTransformed(rotated)) : rotated;
      babies.set(key, operand);
      return operand;
    };
    const results = outputs.map((terms, output) => {
      const sums = new Map<number, Ciphertext>();
      for (const [index, term] of terms.entries()) {
        const product = does.multiplyPlain(baby(term), plains[output]![index]!);
        const before = sums.get(term.giant);
        sums.set(term.giant, before === undefined ? product : this.#sum(before, product));
      }
      let total: Ciphertext | null = terms.length === 0 ? this.#nothing(inputs[0]!, scale) : null;
      for (const [giant, sum] of sums) {
        if (inPointValues) does.fromTransformedInto(sum);
        const moved = giant === 0 ? sum : does.rotate(sum, this.#step(giant));
        if (moved !== sum) does.free(sum);
        total = total === null ? moved : this.#sum(total, moved);
      }
      return total!;
    });
    for (const ciphertext of made) does.free(ciphertext);
    return results;
  }
}

function missing(port: string): never {
  throw new EnigmarkError('INPUT_MISSING', {
    expected: `a bundle for port '${port}'`,
    got: 'none',
    remedy: 'give every input port of the circuit',
  });
}
