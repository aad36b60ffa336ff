/**
 * Products that a run of circuits takes on our kernel, and their time.
 *
 * @module
 */
import type { Circuit } from '../../circuit.ts';
import type { OperationCounts } from '../../scheme.ts';
import type { PaillierProgram } from './program.ts';

/** A sum leaves R^-3, and is multiplied by R^3. */
export const PRODUCTS_OF_SUM = 2;

export interface ProductCounts extends OperationCounts {
  readonly multiply: number;
  readonly square: number;
  readonly invert: number;
}

/** Of one run of every circuit. A layer's outputs are multiplied once more each, by what holds the bias. */
export function countProducts(circuits: readonly Circuit[], layers: PaillierProgram['layers']): ProductCounts {
  const total = { multiply: 0, square: 0, invert: 0 };
  for (const { id, nodes } of circuits) {
    for (const [at, node] of nodes.entries()) {
      const layer = layers[id]?.[at] ?? null;
      if (layer !== null) {
        total.multiply += layer.counts.multiply + layer.outputs.filter((output) => output !== null).length;
        total.square += layer.counts.square;
        total.invert += layer.counts.invert;
      }
      if (node.op === 'add') total.multiply += PRODUCTS_OF_SUM * node.type.width;
      if (node.op === 'addPlain') total.multiply += node.type.width;
    }
  }
  return total;
}

/** On a Zen 4 core at 3.4 GHz, n of 3,072 bits; an inversion is one modulo n by bigint. */
const KERNEL_NS = { multiply: 4490, square: 3580, invert: 900_000 };

/** What the products alone take: no evaluation is faster. */
export function productFloor_ns({ multiply, square }: ProductCounts): number {
  return multiply * KERNEL_NS.multiply + square * KERNEL_NS.square;
}

export function evaluate_ns(counts: ProductCounts): number {
  return productFloor_ns(counts) + counts.invert * KERNEL_NS.invert;
}

/** paillier-bigint on the same core: a power by a small number, a squaring and product of a longer one's bit, and an inverse modulo n^2. */
const LIBRARY_NS = { sum: 30_000, power: 200_000, bit: 45_000, inverse: 5_500_000 };

/** The same with the library's operations: every weight is a power, and every negative one an inverse too. */
export function libraryEvaluate_ns(circuits: readonly Circuit[], slot_bits: number): number {
  let total_ns = 0;
  for (const { nodes } of circuits) {
    for (const node of nodes) {
      if (node.op === 'add' || node.op === 'addPlain') total_ns += LIBRARY_NS.sum * node.type.width;
      if (node.op === 'affine')
        for (const weight of node.matrix.values) total_ns += LIBRARY_NS.power + (weight < 0 ? LIBRARY_NS.inverse : 0);
      if (node.op !== 'convolve') continue;
      for (const { weights } of node.outputs.flat()) total_ns += LIBRARY_NS.inverse + LIBRARY_NS.bit * slot_bits * weights.length;
    }
  }
  return total_ns;
}
