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
import { sourceOutputs } from '../analysis.ts';
import type { Circuit, Node } from '../circuit.ts';
import type { CircuitProgram, Instruction } from '../rlwe/program/program.ts';
import { even, evenWeights, largest, multipliedBy, summedOverSlots, summedOverValues, times, sumOf, type Deviation } from './deviation.ts';
import type { ErrorModel } from './error-model.ts';
import { magnitude, neededModulus_log2 } from './levels.ts';
import type { OperandNorms } from './operand-norms.ts';

/** Deviations within which a result must lie. */
export const CONFIDENCE = 6;

/** How large a node's values are; the root mean square is the largest where nothing better is known. */
function sizeOf(node: Node): { readonly largest: number; readonly rms: number } {
  const greatest = magnitude(node);
  return { largest: greatest, rms: Math.min(node.type.rms ?? Infinity, greatest) };
}

/** The node whose value a register holds: what is relinearised, divided or dropped on the way to a node is still the value before it. */
function valueOf(program: CircuitProgram, circuit: Circuit, register: number): Node {
  const instruction = program.instructions[register]!;
  return instruction.op === 'relinearize' || instruction.op === 'divide' || instruction.op === 'drop'
    ? valueOf(program, circuit, instruction.of)
    : circuit.nodes[instruction.node]!;
}

/** Deviations of what circuits leave behind, by `circuit.output`: other circuits may start from it. */
export type HeldDeviations = Map<string, Deviation>;

/**
 * Deviations by register, or null where a value does not fit its modulus. `held` has the outputs of the circuits before, and gets this
 * one's.
 */
export function errorDeviations(
  program: CircuitProgram,
  circuit: Circuit,
  norms: readonly OperandNorms[],
  primes: readonly number[],
  model: ErrorModel,
  held: HeldDeviations = new Map(),
): readonly Deviation[] | null {
  const deviations: Deviation[] = [];
  const modulus_log2 = primes.map((_, limb) => primes.slice(0, limb + 1).reduce((sum, prime) => sum + Math.log2(prime), 0));
  for (const [register, instruction] of program.instructions.entries()) {
    const node = valueOf(program, circuit, register);
    const scale = instruction.scale ?? 1;
    const needed_log2 = Math.min(neededModulus_log2(scale, node), meanModulus_log2(scale, node, circuit));
    if (needed_log2 > modulus_log2[instruction.limbs - 1]!) return null;
    const before = instruction.op === 'input' ? sourceOutputs(node, held) : deviations;
    deviations.push(deviationOf(instruction, node, program, circuit, norms, model, before));
  }
  for (const [name, register] of Object.entries(program.outputs)) held.set(`${circuit.id}.${name}`, deviations[register]!);
  return deviations;
}

/** log2 of the modulus that holds the mean over slots, which is a coefficient, where no other one is read. */
function meanModulus_log2(scale: number, node: Node, { nodes, outputs, summed = {} }: Circuit): number {
  const [sum] = Object.entries(summed).flatMap(([name, sum]) => (nodes[outputs[name]!] === node ? [sum] : []));
  return sum?.among === undefined ? Infinity : Math.log2((scale * sum.size) / sum.among) + MEAN_ROOM_BITS;
}

/** A factor of two for either sign, and the error. */
const MEAN_ROOM_BITS = 1.1;

function deviationOf(
  instruction: Instruction,
  node: Node,
  program: CircuitProgram,
  circuit: Circuit,
  norms: readonly OperandNorms[],
  model: ErrorModel,
  before: readonly Deviation[],
): Deviation {
  const scale = instruction.scale ?? 1;
  const keySwitch = times(1 / scale, model.keySwitch(instruction.limbs));
  const nodeOf = (register: number): Node => valueOf(program, circuit, register);
  switch (instruction.op) {
    case 'input':
      return before.reduce(largest, even(model.fresh / scale));
    case 'add':
    case 'subtract':
      if (instruction.left === instruction.right) return times(2, before[instruction.left]!);
      return sumOf(before[instruction.left]!, before[instruction.right]!);
    case 'multiply': {
      const { left, right } = instruction;
      if (left === right) return times(2, multipliedBy(sizeOf(nodeOf(left)), before[left]!));
      return sumOf(multipliedBy(sizeOf(nodeOf(left)), before[right]!), multipliedBy(sizeOf(nodeOf(right)), before[left]!));
    }
    case 'dot': {
      const { left, right } = instruction;
      const terms = node.op === 'dot' ? Math.max(...node.outputs.map((of) => of.length)) : 1;
      const product = sumOf(multipliedBy(sizeOf(nodeOf(left)), before[right]!), multipliedBy(sizeOf(nodeOf(right)), before[left]!));
      return summedOverValues(evenWeights(terms), terms, product);
    }
    case 'rotateSum': {
      const outputs = node.op === 'rotateSum' ? node.outputs : [];
      const terms = Math.max(1, ...outputs.map((of) => of.length));
      const switches = Math.max(0, ...outputs.map((of) => of.filter(({ by }) => by !== 0).length));
      return sumOf(summedOverSlots(evenWeights(terms), terms, before[instruction.of]!), times(Math.sqrt(switches), keySwitch));
    }
    case 'relinearize':
    case 'rotate':
    case 'swapRows':
      return sumOf(before[instruction.of]!, keySwitch);
    case 'divide':
      return sumOf(before[instruction.of]!, times(1 / scale, model.division));
    case 'drop':
      return before[instruction.of]!;
    case 'addPlain':
      return sumOf(before[instruction.of]!, even(model.encoding / scale));
    case 'fold': {
      const summands = node.op === 'fold' ? 2 ** node.rotations.length : 1;
      // Errors of rotations are folded by the doublings that follow.
      return sumOf(summedOverSlots(evenWeights(summands), summands, before[instruction.of]!), times(Math.sqrt(summands - 1), keySwitch));
    }
    case 'affine':
    case 'transform': {
      const { weights, terms, babies, giants, whole_log2 } = norms[instruction.node]!;
      const plainScale = instruction.plainScale ?? 1;
      const whole = whole_log2 !== null && Number.isInteger(plainScale / 2 ** whole_log2);
      const rounding = instruction.op === 'affine' ? (whole ? 0 : model.constant) : model.encoding;
      const moved = babies ? sumOf(before[instruction.of]!, times(plainScale, keySwitch)) : before[instruction.of]!;
      const summed = babies || giants > 0 ? summedOverSlots : summedOverValues;
      const { largest: greatest, rms } = sizeOf(nodeOf(instruction.of));
      const operand = times(rounding / plainScale, summedOverValues(evenWeights(terms), terms, { ...even(rms), worst: greatest }));
      const bias = instruction.op === 'affine' ? model.encoding / scale : 0;
      return sumOf(summed(weights, terms, moved), operand, times(Math.sqrt(giants), keySwitch), even(bias));
    }
    case 'pick':
      return instruction.from.map(([register]) => before[register]!).reduce(largest);
    case 'raise': {
      // It stands for a whole bootstrap.
      if (node.op !== 'bootstrap' || model.bootstrap === undefined) break;
      const { slots } = node;
      const read = program.instructions[instruction.of]!.scale ?? 1;
      return sumOf(before[instruction.of]!, model.bootstrap({ slots, range: magnitude(nodeOf(instruction.of)) }, read));
    }
    case 'combine':
    case 'dftFactor':
    case 'sumAutomorphisms':
      break;
  }
  throw new Error(`'${instruction.op}' is a part of a bootstrap, which is judged as a whole`);
}
