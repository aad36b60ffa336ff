/**
 * Circuits that differ in the numbers of their plaintext operands alone, as those of several stretches of one training do. They have the
 * same program, at the same scales: what is searched for one of them is found for all.
 *
 * @module
 */
import { passedOn } from '../analysis.ts';
import type { Circuit, Node, SparseMatrix } from '../circuit.ts';
import type { CircuitProgram } from '../rlwe/program/program.ts';
import type { OperandNorms } from './operand-norms.ts';

/** Of each group of alike circuits the first, and where in it each circuit is found. */
export interface DistinctCircuits {
  readonly circuits: readonly Circuit[];
  /** By circuit that was given: the index of its like. */
  readonly like: readonly number[];
}

/** Where circuits start from outputs of others, each stands for itself. */
export function distinctCircuits(given: readonly Circuit[]): DistinctCircuits {
  if (passedOn(given).size > 0) return { circuits: given, like: given.map((_, at) => at) };
  const circuits: Circuit[] = [];
  const like = given.map((circuit) => {
    const found = circuits.findIndex((other) => isAlike(circuit, other));
    return found < 0 ? circuits.push(circuit) - 1 : found;
  });
  return { circuits, like };
}

/** The greatest norms of alike circuits: operands with which none of them errs more. */
export function greatestNorms(alike: readonly (readonly OperandNorms[])[]): readonly OperandNorms[] {
  return alike[0]!.map((first, node) => {
    const all = alike.map((norms) => norms[node]!);
    const whole = all.map(({ whole_log2 }) => whole_log2);
    return {
      ...first,
      weights: {
        greatest: Math.max(...all.map(({ weights }) => weights.greatest)),
        mean: Math.max(...all.map(({ weights }) => weights.mean)),
      },
      whole_log2: whole.includes(null) ? null : Math.max(...whole.map(Number)),
    };
  });
}

/** The programs of all circuits, from those of the distinct ones. */
export function programsOfAll(
  given: readonly Circuit[],
  like: readonly number[],
  programs: readonly CircuitProgram[],
): readonly CircuitProgram[] {
  return given.map(({ id }, at) => ({ ...programs[like[at]!]!, id }));
}

function isAlike(one: Circuit, other: Circuit): boolean {
  const outputs = Object.entries(one.outputs);
  return (
    one.nodes.length === other.nodes.length &&
    outputs.length === Object.keys(other.outputs).length &&
    outputs.every(([name, node]) => other.outputs[name] === node) &&
    isSame([one.shape, one.summed], [other.shape, other.summed]) &&
    one.nodes.every((node, at) => isAlikeNode(node, other.nodes[at]!))
  );
}

function isAlikeNode(one: Node, other: Node): boolean {
  if (one.op === 'affine' && other.op === 'affine') {
    return one.of === other.of && isSame(one.type, other.type) && isAlikeMatrix(one.matrix, other.matrix);
  }
  if (one.op === 'addPlain' && other.op === 'addPlain') return one.of === other.of && isSame(one.type, other.type);
  if (one.op === 'transform' && other.op === 'transform') return isSame(withoutPlains(one), withoutPlains(other));
  return isSame(one, other);
}

/** With as many weights, in the same places. */
function isAlikeMatrix(one: SparseMatrix, other: SparseMatrix): boolean {
  const places = ({ offsets, indices }: SparseMatrix): readonly Uint32Array[] => [offsets, indices];
  const isSameArray = (a: Uint32Array, b: Uint32Array): boolean => a.length === b.length && a.every((value, at) => value === b[at]);
  return (
    isSame([one.rows, one.columns, one.step], [other.rows, other.columns, other.step]) &&
    places(one).every((array, at) => isSameArray(array, places(other)[at]!))
  );
}

function withoutPlains(node: Extract<Node, { op: 'transform' }>): object {
  return { ...node, outputs: node.outputs.map((terms) => terms.map(({ from, baby, giant }) => [from, baby, giant])) };
}

/** Of plain data without long arrays. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
