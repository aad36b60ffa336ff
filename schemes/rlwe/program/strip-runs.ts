/**
 * Which instructions are computed strip by strip: one after the other on a few residues at a time, so that intermediate results stay in the
 * cache and never exist as whole polynomials. Matrices and squares allow it, since they treat every residue alike.
 *
 * @module
 */
import type { Node } from '../../circuit.ts';
import type { Form } from './operations.ts';
import type { CircuitProgram, Instruction } from './program.ts';
import { reads } from './program.ts';

/** From the first instruction of a run to its last. */
export type Runs = ReadonlyMap<number, number>;

/** First instruction to last of each run: two or more, each of which reads only the one before, and alone. */
export function stripRuns({ instructions, outputs }: CircuitProgram, nodes: readonly Node[], form: Form): Runs {
  const runs = new Map<number, number>();
  // Polynomials in coefficient form are not multiplied residue by residue.
  if (form === 'coefficients') return runs;
  const readers = new Map<number, number>();
  for (const instruction of instructions) {
    for (const register of new Set(reads(instruction))) readers.set(register, (readers.get(register) ?? 0) + 1);
  }
  const kept = new Set(Object.values(outputs));
  const follows = (at: number): boolean => {
    const [before, instruction] = [instructions[at - 1]!, instructions[at]!];
    const alone = readers.get(before.result) === 1 && !kept.has(before.result);
    return alone && isStage(instruction, nodes) && reads(instruction).every((register) => register === before.result);
  };
  for (let first = 0; first < instructions.length; first++) {
    if (!isStage(instructions[first]!, nodes)) continue;
    let last = first;
    while (last + 1 < instructions.length && follows(last + 1)) last++;
    if (last > first) runs.set(first, last);
    first = last;
  }
  return runs;
}

function isStage(instruction: Instruction, nodes: readonly Node[]): boolean {
  if (instruction.op === 'multiply') return instruction.left === instruction.right;
  const node = nodes[instruction.node]!;
  return instruction.op === 'affine' && node.op === 'affine' && isWorthPacking(node.matrix.rows, node.matrix.values.length);
}

/** Entries per row from which packing the columns pays. */
const ENTRIES_WORTH_PACKING = 4;

export function isWorthPacking(rows: number, entries: number): boolean {
  return entries >= ENTRIES_WORTH_PACKING * rows;
}
