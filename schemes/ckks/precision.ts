/**
 * How exact a CKKS program is before it runs: the standard deviation of the error in every slot, followed through the
 * program, and the check that no value outgrows its modulus.
 *
 * Errors are those of the canonical embedding with a ternary secret and error deviation 3.2 (Cheon et al., ASIACRYPT 2017;
 * Costache et al., "On the precision loss in approximate homomorphic encryption", 2023): a coefficient error of deviation s
 * is s * sqrt(N / 2) in the real part of a slot.
 *
 * @module
 */
import { heldBefore } from '../analysis.ts';
import type { Circuit, Node, SparseMatrix, TransformTerm, Values } from '../circuit.ts';
import type { CircuitProgram, Instruction } from '../rlwe/program.ts';

const ERROR_DEVIATION = 3.2;
/** Deviations within which a result must lie. */
export const CONFIDENCE = 6;

/** Errors as deviations in a slot, times the scale. */
export interface ErrorModel {
  readonly fresh: number;
  /** Rounding of an encoded vector; a constant only rounds its one coefficient. */
  readonly encoding: number;
  readonly constant: number;
  readonly division: number;
  readonly keySwitch: (limbs: number) => number;
}

/** What the model depends on beside the ring. */
export interface ErrorSources {
  /** Data primes, first to last. */
  readonly primes: readonly number[];
  readonly special: number;
  readonly encryption: 'symmetric' | 'public';
  /** Our kernels centre the digits of a key switch; SEAL takes them from 0 to q. */
  readonly centredDigits: boolean;
}

export function errorModel(degree: number, { primes, special, encryption, centredDigits }: ErrorSources): ErrorModel {
  const slot = Math.sqrt(degree / 2);
  const rounding = Math.sqrt(1 / 12);
  // Real slots make coefficients antisymmetric: their rounding errors come in equal pairs.
  const encoding = rounding * Math.sqrt(degree);
  // An error times the secret is a product of two embeddings, whose tail over all slots is wider than a normal one.
  const widest = Math.sqrt(Math.log(degree / 2));
  const division = widest * rounding * Math.sqrt((2 * degree) / 3) * slot;
  // SEAL encrypts with the public key at the special prime too, and divides it away.
  const fresh = encryption === 'symmetric' ? Math.hypot(ERROR_DEVIATION * slot, encoding) : Math.hypot(division, encoding);
  return {
    fresh,
    encoding,
    constant: rounding,
    division,
    keySwitch(limbs) {
      const share = Math.max(...primes.slice(0, limbs)) / special;
      const random = widest * share * Math.sqrt((limbs * degree) / 12) * ERROR_DEVIATION * slot;
      // Digits from 0 to q have the mean q / 2: a polynomial of equal coefficients, large only in the slots next to 1 and -1.
      const mean = centredDigits ? 0 : share * Math.sqrt(limbs) * (degree / Math.PI) * ERROR_DEVIATION * slot;
      return Math.hypot(random, mean, division);
    },
  };
}

/** Sizes of a node's plaintext operands, the same for every choice of scales. */
export interface OperandNorms {
  /** Greatest 2-norm, over slots and outputs, of the weights of one result. */
  readonly weights: number;
  /** Greatest number that is encoded at the scale of multipliers, and at that of the result. */
  readonly multiplier: number;
  readonly addend: number;
  /** Terms in the longest result. */
  readonly terms: number;
  /** Whether inputs are rotated before they are multiplied. */
  readonly babies: boolean;
  /** Rotated sums in one result. */
  readonly giants: number;
}

const NO_OPERANDS: OperandNorms = { weights: 0, multiplier: 0, addend: 0, terms: 0, babies: false, giants: 0 };

/** Norms of every node; computed once per circuit. */
export function operandNorms(circuit: Circuit): readonly OperandNorms[] {
  const slots = circuit.shape.rows * circuit.shape.columns;
  return circuit.nodes.map((node) => {
    if (node.op === 'affine') return { ...affineNorms(node.matrix), multiplier: greatest(node.matrix.values), addend: greatest(node.bias) };
    if (node.op === 'addPlain') return { ...NO_OPERANDS, addend: Math.max(0, ...node.plains.map(greatest)) };
    return node.op === 'transform' ? transformNorms(node.outputs, slots) : NO_OPERANDS;
  });
}

function greatest(values: Values): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(Number(value)));
  return most;
}

function affineNorms({ rows, offsets, values }: SparseMatrix): OperandNorms {
  let [weights, terms] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const entries = values.subarray(offsets[row], offsets[row + 1]);
    weights = Math.max(weights, Math.sqrt(entries.reduce((sum, value) => sum + value * value, 0)));
    terms = Math.max(terms, entries.length);
  }
  return { ...NO_OPERANDS, weights, terms };
}

function transformNorms(outputs: readonly (readonly TransformTerm[])[], slots: number): OperandNorms {
  let [weights, terms, giants] = [0, 0, 0];
  for (const output of outputs) {
    const sums = new Float64Array(slots);
    for (const { plain } of output) for (const [slot, value] of plain.entries()) sums[slot]! += value * value;
    weights = sums.reduce((greatest, sum) => Math.max(greatest, Math.sqrt(sum)), weights);
    terms = Math.max(terms, output.length);
    giants = Math.max(giants, new Set(output.map(({ giant }) => giant).filter((giant) => giant !== 0)).size);
  }
  const multiplier = Math.max(0, ...outputs.flat().map(({ plain }) => greatest(plain)));
  return { ...NO_OPERANDS, weights, multiplier, terms, babies: outputs.flat().some(({ baby }) => baby !== 0), giants };
}

/** log2 of the largest encoded operand: number times scale. */
export function largestOperand_log2(program: CircuitProgram, norms: readonly OperandNorms[]): number {
  const sizes = program.instructions.map((instruction) => {
    const { multiplier, addend } = norms[instruction.node]!;
    if (instruction.op === 'addPlain') return addend * (instruction.scale ?? 1);
    if (instruction.op !== 'affine' && instruction.op !== 'transform') return 0;
    return Math.max(multiplier * (instruction.plainScale ?? 1), addend * (instruction.scale ?? 1));
  });
  return Math.log2(Math.max(1, ...sizes));
}

/** The largest absolute value of a node. */
export function magnitude(node: Node): number {
  return Math.max(Math.abs(node.type.min), Math.abs(node.type.max));
}

/** Real-valued error deviations of what circuits leave behind, by `circuit.output`: other circuits may start from it. */
export type HeldDeviations = Map<string, number>;

/**
 * Real-valued error deviations by register, or null where a value does not fit its modulus. `held` has the outputs of the
 * circuits before, and gets this one's.
 */
export function errorDeviations(
  program: CircuitProgram,
  circuit: Circuit,
  norms: readonly OperandNorms[],
  primes: readonly number[],
  model: ErrorModel,
  held: HeldDeviations = new Map(),
): readonly number[] | null {
  const deviations: number[] = [];
  const modulus_log2 = primes.map((_, limb) => primes.slice(0, limb + 1).reduce((sum, prime) => sum + Math.log2(prime), 0));
  for (const instruction of program.instructions) {
    const node = circuit.nodes[instruction.node]!;
    const scale = instruction.scale ?? 1;
    // Coefficients are at most scale * the greatest slot; beside them the error needs a bit of room. SEAL wants the scale
    // itself below the modulus too.
    const needed_log2 = Math.log2(scale * Math.max(magnitude(node), 1)) + 1.1;
    if (needed_log2 > modulus_log2[instruction.limbs - 1]!) return null;
    const before = instruction.op === 'input' ? heldBefore(node, held) : deviations;
    deviations.push(deviationOf(instruction, node, program, circuit, norms, model, before));
  }
  for (const [name, register] of Object.entries(program.outputs)) held.set(`${circuit.id}.${name}`, deviations[register]!);
  return deviations;
}

function deviationOf(
  instruction: Instruction,
  node: Node,
  program: CircuitProgram,
  circuit: Circuit,
  norms: readonly OperandNorms[],
  model: ErrorModel,
  before: readonly number[],
): number {
  const scale = instruction.scale ?? 1;
  const keySwitch = model.keySwitch(instruction.limbs) / scale;
  const sizeOf = (register: number): number => magnitude(circuit.nodes[program.instructions[register]!.node]!);
  switch (instruction.op) {
    case 'input':
      return Math.max(model.fresh / scale, ...before);
    case 'add':
    case 'subtract':
      if (instruction.left === instruction.right) return 2 * before[instruction.left]!;
      return Math.hypot(before[instruction.left]!, before[instruction.right]!);
    case 'multiply': {
      const { left, right } = instruction;
      if (left === right) return 2 * sizeOf(left) * before[left]!;
      return Math.hypot(sizeOf(left) * before[right]!, sizeOf(right) * before[left]!);
    }
    case 'relinearize':
    case 'rotate':
    case 'swapRows':
      return Math.hypot(before[instruction.of]!, keySwitch);
    case 'divide':
      return Math.hypot(before[instruction.of]!, model.division / scale);
    case 'drop':
      return before[instruction.of]!;
    case 'addPlain':
      return Math.hypot(before[instruction.of]!, model.encoding / scale);
    case 'fold':
      return (node.op === 'fold' ? node.rotations : []).reduce(
        (deviation) => Math.hypot(Math.SQRT2 * deviation, keySwitch),
        before[instruction.of]!,
      );
    case 'affine':
    case 'transform': {
      const { weights, terms, babies, giants } = norms[instruction.node]!;
      const plainScale = instruction.plainScale ?? 1;
      const rounding = instruction.op === 'affine' ? model.constant : model.encoding;
      const moved = babies ? keySwitch * plainScale : 0;
      const operand = sizeOf(instruction.of) * (rounding / plainScale) * Math.sqrt(terms);
      const bias = instruction.op === 'affine' ? model.encoding / scale : 0;
      return Math.hypot(weights * Math.hypot(before[instruction.of]!, moved), operand, Math.sqrt(giants) * keySwitch, bias);
    }
    case 'pick':
      return Math.max(...instruction.from.map(([register]) => before[register]!));
  }
}
