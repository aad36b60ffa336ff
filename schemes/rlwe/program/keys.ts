/**
 * Which keys a program needs, and the most data primes that each is used at: the evaluator keeps a key for these primes only.
 *
 * @module
 */
import type { Circuit, Node } from '../../circuit.ts';
import type { Kernels } from '../../scheme.ts';
import { foldGroups, summedRotations } from './fold-groups.ts';
import type { CircuitProgram, NeededKeys } from './program.ts';

/** Rotation that swaps the two rows of slots. */
export const SWAP_ROWS = 0;

/** Exactly the keys that the instructions read; our kernels take the doublings of a fold together, and need keys of their sums. */
export function neededKeys(programs: readonly CircuitProgram[], circuits: readonly Circuit[], kernels: Kernels): NeededKeys {
  const rotations = new Map<number, number>();
  let relinearization = 0;
  for (const [at, { instructions, shape }] of programs.entries()) {
    for (const { op, node: index, limbs } of instructions) {
      const node = circuits[at]!.nodes[index]!;
      if (op === 'relinearize') relinearization = Math.max(relinearization, limbs);
      if (op !== node.op) continue;
      for (const by of rotationsOf(node, shape.columns, kernels)) rotations.set(by, Math.max(limbs, rotations.get(by) ?? 0));
    }
  }
  return { relinearization, rotations: [...rotations].sort(([a], [b]) => a - b) };
}

/** A rotation by so many columns as the equal one between 0 and columns - 1. */
export function positiveRotation(by: number, columns: number): number {
  return ((by % columns) + columns) % columns;
}

/** The g of X -> X^g that rotates by so many columns, or swaps the rows. */
export function galoisElement(degree: number, by: number): number {
  if (by === SWAP_ROWS) return 2 * degree - 1;
  let element = 1;
  for (let i = positiveRotation(by, degree / 2); i > 0; i--) element = (element * 3) % (2 * degree);
  return element;
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
