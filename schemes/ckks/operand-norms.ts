/**
 * Sizes of the plaintext operands of a circuit, which errors are multiplied by.
 *
 * @module
 */
import type { Circuit, SparseMatrix, TransformTerm } from '../circuit.ts';
import type { Weights } from './deviation.ts';

/** Sizes of a node's plaintext operands, the same for every choice of scales. */
export interface OperandNorms {
  /** 2-norm of the weights of one result: the greatest over slots and outputs, and the root mean square where there are weights. */
  readonly weights: Weights;
  /** Least power of two that makes all multipliers of a matrix whole numbers; null where none does within 24 bits. */
  readonly whole_log2: number | null;
  /** Terms in the longest result. */
  readonly terms: number;
  /** Whether inputs are rotated before they are multiplied. */
  readonly babies: boolean;
  /** Rotated sums in one result. */
  readonly giants: number;
}

const NO_OPERANDS: OperandNorms = {
  ...{ weights: weightsOf([]), whole_log2: null },
  ...{ terms: 0, babies: false, giants: 0 },
};
const MOST_WHOLE_LOG2 = 24;

/** @param squares Squared 2-norms. */
function weightsOf(squares: Iterable<number>): Weights {
  let [greatest, sum, count] = [0, 0, 0];
  for (const square of squares) {
    if (square === 0) continue;
    greatest = Math.max(greatest, square);
    sum += square;
    count++;
  }
  return { greatest: Math.sqrt(greatest), mean: Math.sqrt(sum / Math.max(count, 1)) };
}

/** Norms of every node; computed once per circuit. */
export function operandNorms(circuit: Circuit): readonly OperandNorms[] {
  const slots = circuit.shape.rows * circuit.shape.columns;
  return circuit.nodes.map((node) => {
    if (node.op === 'affine') return affineNorms(node.matrix);
    return node.op === 'transform' ? transformNorms(node.outputs, slots) : NO_OPERANDS;
  });
}

function affineNorms({ rows, offsets, values }: SparseMatrix): OperandNorms {
  const squares = new Float64Array(rows);
  let terms = 0;
  for (let row = 0; row < rows; row++) {
    for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) squares[row]! += values[entry]! ** 2;
    terms = Math.max(terms, offsets[row + 1]! - offsets[row]!);
  }
  return { ...NO_OPERANDS, weights: weightsOf(squares), whole_log2: wholeAt_log2(values), terms };
}

function wholeAt_log2(values: Float64Array): number | null {
  let log2 = 0;
  for (const value of values) {
    while (!Number.isInteger(value * 2 ** log2)) if (++log2 > MOST_WHOLE_LOG2) return null;
  }
  return log2;
}

function transformNorms(outputs: readonly (readonly TransformTerm[])[], slots: number): OperandNorms {
  const squares = new Float64Array(outputs.length * slots);
  let [terms, giants] = [0, 0];
  for (const [at, output] of outputs.entries()) {
    for (const { plain } of output) for (let slot = 0; slot < slots; slot++) squares[at * slots + slot]! += plain[slot]! ** 2;
    terms = Math.max(terms, output.length);
    giants = Math.max(giants, new Set(output.map(({ giant }) => giant).filter((giant) => giant !== 0)).size);
  }
  return { ...NO_OPERANDS, weights: weightsOf(squares), terms, babies: outputs.flat().some(({ baby }) => baby !== 0), giants };
}
