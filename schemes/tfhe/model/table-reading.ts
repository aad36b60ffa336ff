/**
 * The tables that a circuit needs, also for multiplications: a * b = floor((a + b)^2 / 4) - floor((a - b)^2 / 4), exact because
 * both sums have the same parity. A square is one table.
 *
 * @module
 */
import type { LookupTable, Node, Operation, ValueType } from '../../circuit.ts';

/** One table over a sum of nodes. */
export interface Reading {
  readonly table: LookupTable;
  /** Range of what the table reads. */
  readonly type: ValueType;
  /** Node and sign of each summand. */
  readonly of: readonly (readonly [node: number, sign: 1 | -1])[];
  /** How the result counts towards the node. */
  readonly sign: 1 | -1;
}

/** Distinct inputs beyond which no table of products is made: every set's noise would cover several. */
const GREATEST_SPAN = 2 ** 13;

/** Why a product's tables would have more entries than any set can tell apart; null where they have not. */
export function tooWide(node: Operation, nodes: readonly Node[]): string | null {
  if (node.op !== 'multiply') return null;
  const [left, right] = [nodes[node.left]!.type, nodes[node.right]!.type];
  const span = left.max - left.min + (node.left === node.right ? 0 : right.max - right.min) + 1;
  return span > GREATEST_SPAN ? `the product looks ${span} values up, and no set tells more than ${GREATEST_SPAN} apart` : null;
}

/** Tables of a node; empty where it is linear. */
export function readingsOf(node: Operation, nodes: readonly Node[]): readonly Reading[] {
  if (node.op === 'table') return [{ table: node.table, type: nodes[node.of]!.type, of: [[node.of, 1]], sign: 1 }];
  if (node.op !== 'multiply') return [];
  const left = nodes[node.left]!.type;
  const right = nodes[node.right]!.type;
  if (node.left === node.right) {
    return [{ table: tabulated(left.min, left.max, (value) => value ** 2), type: left, of: [[node.left, 1]], sign: 1 }];
  }
  const reading = (sign: 1 | -1): Reading => {
    const min = left.min + (sign === 1 ? right.min : -right.max);
    const max = left.max + (sign === 1 ? right.max : -right.min);
    const of = [
      [node.left, 1],
      [node.right, sign],
    ] as const;
    return { table: tabulated(min, max, (value) => Math.floor(value ** 2 / 4)), type: { ...left, min, max }, of, sign };
  };
  return [reading(1), reading(-1)];
}

function tabulated(min: number, max: number, compute: (value: number) => number): LookupTable {
  const outputs = Float64Array.from({ length: max - min + 1 }, (_, index) => compute(min + index));
  return { min, step: 1, outputs, negacyclic: false };
}
