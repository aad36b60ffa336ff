/**
 * What a bootstrap is to the choice of scales: where it begins and ends, what it costs, and how far off it is.
 *
 * Scales are chosen by lowering a circuit many times. A bootstrap is always the same there, whatever the scale of what it renews: its
 * instructions are made once, to learn what they cost and where they end, and one instruction stands for them until scales are chosen.
 *
 * @module
 */
import type { Circuit, Node } from '../circuit.ts';
import { bootstrapChain, bootstrapLevels } from '../rlwe/bootstrap/bootstrap-chain.ts';
import { lowerBootstrap, MODULUS_RATIO_LOG2 } from '../rlwe/bootstrap/lower-bootstrap.ts';
import { overflow_log2 } from '../rlwe/bootstrap/sine/overflow.ts';
import { predictedTime_ns, type InstructionTime, type OperationTime } from '../rlwe/compile/cost.ts';
import type { Levels } from '../rlwe/program/lower.ts';
import type { Instruction, RlweParameters } from '../rlwe/program/program.ts';
import type { BootstrapError } from './error-model.ts';
import { CONFIDENCE } from './precision.ts';

/** How bootstraps are lowered. */
export interface Bootstraps {
  /** Data primes that a value needs for one. */
  readonly least: number;
  /** One instruction for each, `raise`, which no evaluator could run. */
  readonly outlined: NonNullable<Levels['bootstrap']>;
  readonly whole: NonNullable<Levels['bootstrap']>;
  /** Of one instruction that stands for a bootstrap; null for others. */
  readonly outlinedTime: InstructionTime;
}

/** A lone bootstrap of values of at most 1. */
interface Rehearsed {
  readonly scale: number;
  readonly limbs: number;
  readonly time_ns: number;
}

/**
 * @param parameters a set with `bootstrap`
 * @param primes its data primes
 * @param time of single operations, and of instructions that are more
 */
export function bootstrapsOf(
  parameters: RlweParameters,
  primes: readonly number[],
  time: OperationTime,
  instructionTime: InstructionTime,
): Bootstraps {
  const least = bootstrapLevels(parameters).slotToCoeff;
  const fewest = fewestSlots(parameters);
  const known = new Map<number, Rehearsed>();
  const rehearsed = (repeated: number): Rehearsed => {
    const slots = Math.max(fewest, repeated);
    const made = known.get(slots) ?? rehearse(parameters, primes, slots, time, instructionTime);
    known.set(slots, made);
    return made;
  };
  return {
    least,
    outlined(value, { node, slots, range }, emit) {
      if (value.limbs < least) return null;
      const { width, polynomials } = value;
      const place = { width, polynomials, node };
      const primesLess = value.limbs - least;
      const drop = { ...place, op: 'drop', of: value.result, primes: primesLess, limbs: least, scale: value.scale } as const;
      const dropped = primesLess === 0 ? value : emit(drop);
      const { limbs, scale } = rehearsed(slots);
      return emit({ ...place, op: 'raise', of: dropped.result, factor: 1n, limbs, scale: scale / range });
    },
    whole(value, node, emit) {
      const slots = Math.max(fewest, node.slots);
      return value.limbs < least ? null : lowerBootstrap(parameters, primes, value, { ...node, slots }, emit);
    },
    outlinedTime: (instruction, node) =>
      instruction.op === 'raise' && node.op === 'bootstrap' ? instruction.width * rehearsed(node.slots).time_ns : null,
  };
}

/** Every matrix takes a stage of the transform: fewer slots are taken as so many, after which they repeat too. */
function fewestSlots(parameters: RlweParameters): number {
  const { slotToCoeff, coeffToSlot } = bootstrapChain(parameters);
  return 2 ** Math.max(slotToCoeff, coeffToSlot);
}

/** Of what a rehearsal renews; the result has another. */
const REHEARSED_SCALE = 2 ** 40;

function rehearse(
  parameters: RlweParameters,
  primes: readonly number[],
  slots: number,
  time: OperationTime,
  instructionTime: InstructionTime,
): Rehearsed {
  const { degree } = parameters;
  const instructions: Instruction[] = [];
  const value = { result: 0, width: 1, polynomials: 2, limbs: bootstrapLevels(parameters).slotToCoeff, scale: REHEARSED_SCALE } as const;
  instructions.push({ ...value, op: 'input', port: 'x', node: 0 });
  const { limbs, scale } = lowerBootstrap(parameters, primes, value, { node: 0, slots, range: 1 }, (given) => {
    const instruction: Instruction = Object.assign(given, { result: instructions.length });
    instructions.push(instruction);
    return instruction;
  });
  const type = { width: 1, min: -1, max: 1, step: null, bound: 'proven' } as const;
  const node: Node = { op: 'bootstrap', of: 0, slots, type, layer: 'bootstrap' };
  const shape = { rows: 1, columns: degree / 2 } as const;
  const circuit: Circuit = { id: 'bootstrap', shape, nodes: [node], outputs: {} };
  const program = { id: circuit.id, shape, instructions, outputs: {} };
  return { limbs, scale: scale!, time_ns: predictedTime_ns([program], [circuit], 'points', degree, time, instructionTime) };
}

/** log2 of the chance that any bootstrap of one run meets a multiple of the modulus that its sine is not made for. */
export function bootstrapFailure_log2(parameters: RlweParameters, circuits: readonly Circuit[]): number {
  const { sine, ephemeralWeight } = bootstrapChain(parameters);
  const bootstraps = circuits.flatMap(({ nodes }) => nodes.filter(({ op }) => op === 'bootstrap'));
  const ciphertexts = bootstraps.reduce((sum, { type }) => sum + type.width, 0);
  return Math.log2(ciphertexts) + overflow_log2(sine, parameters.degree, ephemeralWeight);
}

/**
 * log2 of the root mean square of a bootstrap's error over the largest value, with one slot in a ring of degree 1: it grows as the square
 * root of both. From 23.0 bits at N = 4096 with 2,048 slots, measured; half a bit less is promised.
 */
const NOISE_LOG2 = -34;
/** The worst slot's deviation beside that of all: the secret's embedding is large in few slots (2.6 to 2.9 measured at N = 4096). */
const WORST_SLOT = 2.9;

/**
 * Of three sources: EvalMod; the sine, which bends the largest values by the square of 2 pi / ratio, over 6; and the plaintexts of
 * SlotToCoeff, whose scale is what is missing between that of the value and the one at which it is raised.
 *
 * @param encoding deviation of the rounding of an encoded vector, in a slot
 */
export function bootstrapError(parameters: RlweParameters, primes: readonly number[], encoding: number): BootstrapError {
  const factors = bootstrapLevels(parameters).slotToCoeff - 1;
  const divisor = primes.slice(1, 1 + factors).reduce((product, prime) => product * prime, 1);
  const ratio = 2 ** MODULUS_RATIO_LOG2;
  const bend = ((2 * Math.PI) / ratio) ** 2 / 6;
  return ({ slots, range }, scale) => {
    const noise = 2 ** NOISE_LOG2 * Math.sqrt(parameters.degree * slots);
    const plainScale = ((primes[0]! * divisor) / (ratio * range * scale)) ** (1 / factors);
    const plains = (Math.sqrt(factors) * encoding) / plainScale;
    // A bend is no chance: it is added as it is.
    const mean = range * (Math.hypot(noise, plains) + bend / CONFIDENCE);
    return { worst: range * (Math.hypot(WORST_SLOT * noise, plains) + bend / CONFIDENCE), slot: mean, mean, follows: true };
  };
}
