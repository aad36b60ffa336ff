/**
 * Which keys a program needs, and the most data primes that each is used at: the evaluator keeps a key for these primes only.
 *
 * @module
 */
import type { Circuit, Node } from '../../circuit.ts';
import type { Kernels } from '../../scheme.ts';
import { foldGroups, summedRotations } from './fold-groups.ts';
import type { CircuitProgram, Instruction, NeededKeys } from './program.ts';

/** Rotation that swaps the two rows of slots (BFV, BGV), or takes complex slots to their conjugates (CKKS). */
export const SWAP_ROWS = 0;

/** Exactly the keys that the instructions read; our kernels take the doublings of a fold together, and need keys of their sums. */
export function neededKeys(programs: readonly CircuitProgram[], circuits: readonly Circuit[], kernels: Kernels): NeededKeys {
  const rotations = new Map<number, number>();
  let [relinearization, encapsulation] = [0, 0];
  for (const [at, { instructions, shape }] of programs.entries()) {
    for (const instruction of instructions) {
      const { op, node: index, limbs } = instruction;
      const node = circuits[at]!.nodes[index]!;
      if (op === 'relinearize') relinearization = Math.max(relinearization, limbs);
      if (op === 'raise') encapsulation = Math.max(encapsulation, limbs);
      const rotated = op === node.op ? rotationsOf(node, shape.columns, kernels) : ownRotations(instruction, shape.columns);
      for (const by of rotated) rotations.set(by, Math.max(limbs, rotations.get(by) ?? 0));
    }
  }
  const sorted = [...rotations].sort(([a], [b]) => a - b);
  return { relinearization, rotations: sorted, ...(encapsulation > 0 ? { encapsulation } : {}) };
}

/** A rotation by so many columns as the equal one between 0 and columns - 1. */
export function positiveRotation(by: number, columns: number): number {
  return ((by % columns) + columns) % columns;
}

/**
 * The g of X -> X^g that rotates by so many columns (1 to columns - 1: a power of 3), swaps the rows (`SWAP_ROWS`), or does both (columns + 1
 * to 2 columns - 1: rotates by what is beyond the columns).
 */
export function galoisElement(degree: number, by: number): number {
  if (by === SWAP_ROWS) return 2 * degree - 1;
  const columns = degree / 2;
  const element = powerOf(3, positiveRotation(by, columns), 2 * degree);
  return by > columns ? 2 * degree - element : element;
}

/**
 * The rotation that is X -> X^(5^steps): by so many slots, where complex slots stand in the order of powers of 5, as bootstrapping has them.
 * There are `columns` of them. 5 is minus a power of 3.
 */
export function orbitRotation(columns: number, steps: number): number {
  const moved = positiveRotation(steps, columns);
  const by = (moved * logarithmOfFive(columns)) % columns;
  return moved % 2 === 0 ? by : columns + by;
}

const knownLogarithms = new Map<number, number>();

/** The k for which -(3^k) is 5 modulo four times the columns. */
function logarithmOfFive(columns: number): number {
  const known = knownLogarithms.get(columns);
  if (known !== undefined) return known;
  const modulus = 4 * columns;
  let k = 0;
  for (let power = 1; power !== modulus - 5; power = (power * 3) % modulus) k++;
  knownLogarithms.set(columns, k);
  return k;
}

function powerOf(base: number, exponent: number, modulus: number): number {
  let result = 1;
  for (let [rest, square] = [exponent, base % modulus]; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** Of an instruction that says itself what it rotates by. */
function ownRotations(instruction: Instruction, columns: number): readonly number[] {
  if (instruction.op === 'sumAutomorphisms') return instruction.rotations;
  if (instruction.op !== 'dftFactor') return [];
  const moved = instruction.steps.flatMap(({ baby, giant }) => [baby, giant]).filter((steps) => positiveRotation(steps, columns) !== 0);
  return moved.map((steps) => orbitRotation(columns, steps));
}

function rotationsOf(node: Node, columns: number, kernels: Kernels): readonly number[] {
  // A rotation by all columns moves nothing.
  const moving = (rotations: readonly number[]): number[] => rotations.map((by) => positiveRotation(by, columns)).filter((by) => by !== 0);
  switch (node.op) {
    case 'swapRows':
      return [SWAP_ROWS];
    case 'rotate':
      return moving([node.by]);
    case 'rotateSum':
      return moving(node.outputs.flat().map(({ by }) => by));
    case 'fold': {
      const rotations = node.rotations.map((by) => positiveRotation(by, columns));
      if (kernels === 'library') return moving(rotations);
      return moving(foldGroups(rotations, columns).flatMap((group) => summedRotations(group, columns) ?? []));
    }
    case 'transform':
      return moving(node.outputs.flat().flatMap(({ baby, giant }) => [baby, giant]));
    default:
      return [];
  }
}
