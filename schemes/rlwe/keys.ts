/**
 * Which keys a program needs.
 *
 * @module
 */
import type { Circuit, Node } from '../circuit.ts';
import type { CircuitProgram } from './program.ts';

/** Rotation step that swaps the two rows of slots. */
export const SWAP_ROWS = 0;

export interface NeededKeys {
  readonly relinearization: boolean;
  /** Steps in 1 to columns - 1, ascending; SWAP_ROWS for the exchange of rows. */
  readonly rotations: readonly number[];
}

/** Exactly the keys that the instructions read. */
export function neededKeys(programs: readonly CircuitProgram[], circuits: readonly Circuit[]): NeededKeys {
  const rotations = new Set<number>();
  for (const [at, program] of programs.entries()) {
    for (const instruction of program.instructions) {
      const node = circuits[at]!.nodes[instruction.node]!;
      if (instruction.op === node.op) for (const step of stepsOf(node)) rotations.add(positiveStep(step, program.shape.columns));
      if (instruction.op === 'swapRows') rotations.add(SWAP_ROWS);
    }
  }
  return {
    relinearization: programs.some(({ instructions }) => instructions.some(({ op }) => op === 'relinearize')),
    rotations: [...rotations].sort((a, b) => a - b),
  };
}

/** A rotation by `step` columns as the equal one between 0 and columns - 1. */
export function positiveStep(step: number, columns: number): number {
  return ((step % columns) + columns) % columns;
}

function stepsOf(node: Node): readonly number[] {
  switch (node.op) {
    case 'rotate':
      return [node.by];
    case 'fold':
      return node.rotations;
    case 'transform':
      return node.outputs.flat().flatMap(({ baby, giant }) => [baby, giant].filter((step) => step !== 0));
    default:
      return [];
  }
}
