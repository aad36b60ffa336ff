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
import type { Circuit, Node } from '../circuit.ts';
import type { CircuitProgram, Instruction } from '../rlwe/program.ts';

const ERROR_DEVIATION = 3.2;
/** SEAL's digits are not centred, so that the error of a key switch has a mean beside its deviation. */
const KEY_SWITCH_FACTOR = 2;
/** Deviations within which a result must lie. */
export const CONFIDENCE = 6;

/** Errors as deviations in a slot, times the scale. */
export interface ErrorModel {
  readonly fresh: number;
  /** Rounding of an encoded vector; a constant only rounds its one coefficient. */
  readonly encoding: number;
  readonly constant: number;
  readonly division: number;
  keySwitch(limbs: number): number;
}

export function errorModel(degree: number, primes: readonly number[], special: number, encryption: 'symmetric' | 'public'): ErrorModel {
  const slot = Math.sqrt(degree / 2);
  const rounding = Math.sqrt(1 / 12);
  const secret = Math.sqrt((2 * degree) / 3);
  const fresh = encryption === 'symmetric' ? ERROR_DEVIATION : ERROR_DEVIATION * Math.sqrt(1 + 2 * (2 / 3) * degree);
  const division = rounding * secret * slot;
  return {
    fresh: Math.hypot(fresh, rounding) * slot,
    encoding: rounding * slot,
    constant: rounding,
    division,
    keySwitch(limbs) {
      const largest = Math.max(...primes.slice(0, limbs));
      const digits = Math.sqrt(limbs * degree) * (largest / Math.sqrt(12)) * ERROR_DEVIATION * slot;
      return Math.hypot(KEY_SWITCH_FACTOR * (digits / special), division);
    },
  };
}

/** Sizes of a node's plaintext operands, the same for every choice of scales. */
export interface OperandNorms {
  /** Greatest 2-norm, over slots and outputs, of the weights of one result. */
  readonly weights: number;
  /** sqrt of the greatest number of terms in one result. */
  readonly terms: number;
}

/** Norms of every node; computed once per circuit. */
export function operandNorms(circuit: Circuit): readonly OperandNorms[] {
  return circuit.nodes.map((node) => {
    if (node.op === 'affine') {
      const { matrix } = node;
      const rows = Array.from({ length: matrix.rows }, (_, row) => matrix.values.subarray(matrix.offsets[row], matrix.offsets[row + 1]));
      return {
        weights: Math.max(0, ...rows.map((row) => Math.hypot(...row))),
        terms: Math.sqrt(Math.max(0, ...rows.map((row) => row.length))),
      };
    }
    if (node.op === 'transform') {
      const squares = node.outputs.map((terms) => {
        const sums = new Float64Array(circuit.shape.rows * circuit.shape.columns);
        for (const { plain } of terms) for (const [slot, value] of plain.entries()) sums[slot]! += value * value;
        return sums.reduce((greatest, sum) => Math.max(greatest, sum), 0);
      });
      return { weights: Math.sqrt(Math.max(0, ...squares)), terms: Math.sqrt(Math.max(0, ...node.outputs.map((terms) => terms.length))) };
    }
    return { weights: 0, terms: 0 };
  });
}

/** The largest absolute value of a node. */
export function magnitude(node: Node): number {
  return Math.max(Math.abs(node.type.min), Math.abs(node.type.max));
}

/** Real-valued error deviations by register, or null where a value does not fit its modulus. */
export function errorDeviations(
  program: CircuitProgram,
  circuit: Circuit,
  norms: readonly OperandNorms[],
  primes: readonly number[],
  model: ErrorModel,
): readonly number[] | null {
  const deviations: number[] = [];
  const modulus_log2 = primes.map((_, limb) => primes.slice(0, limb + 1).reduce((sum, prime) => sum + Math.log2(prime), 0));
  for (const instruction of program.instructions) {
    const node = circuit.nodes[instruction.node]!;
    const scale = instruction.scale ?? 1;
    // Coefficients are at most scale * the greatest slot; beside them the error needs a bit of room.
    const needed_log2 = Math.log2(scale * Math.max(magnitude(node), 1e-9)) + 1.1;
    if (needed_log2 > modulus_log2[instruction.limbs - 1]!) return null;
    deviations.push(deviationOf(instruction, node, program, circuit, norms, model, deviations));
  }
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
      return model.fresh / scale;
    case 'add':
    case 'subtract':
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
      const { weights, terms } = norms[instruction.node]!;
      const plainScale = instruction.plainScale ?? 1;
      const rounding = instruction.op === 'affine' ? model.constant : model.encoding;
      const moved = instruction.op === 'affine' ? 0 : model.keySwitch(instruction.limbs) / (scale / plainScale);
      const rotations = instruction.op === 'affine' ? 0 : keySwitch * terms;
      const operand = sizeOf(instruction.of) * (rounding / plainScale) * terms;
      return Math.hypot(weights * Math.hypot(before[instruction.of]!, moved), operand, rotations, model.encoding / scale);
    }
    case 'pick':
      return Math.max(...instruction.from.map(([register]) => before[register]!));
  }
}
