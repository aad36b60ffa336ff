/**
 * The predicted cost of a plan: time, memory, bytes. Times are of the fused kernel on one core of an EPYC of the Zen 4 generation.
 *
 * @module
 */
import { scheduleCircuit } from '../../analysis.ts';
import type { Circuit, Node } from '../../circuit.ts';
import type { OperationCounts } from '../../scheme.ts';
import { expandedKey_bytes } from '../kernel/expand-key.ts';
import { serverKey_bytes } from '../wire/key-wire.ts';
import { ciphertext_bytes } from '../kernel/linear.ts';
import { bigDimension, type TfheParameters } from '../parameters.ts';
import { readingsOf } from './table-reading.ts';
import { MAXIMUM_BATCH, workspace_bytes } from '../kernel/workspace.ts';

/** One bootstrap in a batch of 16, medians. */
const BOOTSTRAP_NS: Readonly<Record<string, number>> = { n512: 7.0e6, n1024: 7.5e6, n2048: 9.7e6, n4096: 25e6 };

/** One word of a ciphertext times a weight. */
const TERM_NS_PER_WORD = 0.5;

/** One product of a ring ciphertext by weights and its way back to the torus, for each coefficient. */
export const PRODUCT_NS_PER_COEFFICIENT = 25;

/** Preparing one weight, and one coefficient of a table's polynomial, for the first time in a process. */
const WEIGHT_PREPARE_NS = 150;
const COEFFICIENT_PREPARE_NS = 500;

/**
 * Bootstraps, terms of sums (a ciphertext times a weight), constants added to ciphertexts; where inputs have them, products of polynomials.
 *
 * @param products how many compute a node from inputs
 */
export function operationCounts(circuits: readonly Circuit[], products: (node: Node, nodes: readonly Node[]) => number): OperationCounts {
  const counts = { bootstrap: 0, term: 0, addPlain: 0 };
  let product = 0;
  for (const { nodes } of circuits) {
    for (const node of nodes) {
      counts.bootstrap += readingsOf(node, nodes).length * node.type.width;
      const multiplied = products(node, nodes);
      product += multiplied;
      if (node.op === 'affine' && multiplied === 0) counts.term += node.matrix.values.length;
      if (node.op === 'add' || node.op === 'subtract') counts.term += 2 * node.type.width;
      if (node.op === 'addPlain') counts.addPlain += node.type.width;
    }
  }
  return product === 0 ? counts : { ...counts, product };
}

/** What a weighted sum costs, on ciphertexts of TFHE. */
export function terms_ns(terms: number, set: TfheParameters): number {
  return terms * bigDimension(set) * TERM_NS_PER_WORD;
}

/** Null for sets without a measured bootstrap. */
export function evaluate_ns(counts: OperationCounts, set: TfheParameters): number | null {
  const bootstrap_ns = BOOTSTRAP_NS[set.id];
  const linear_ns = terms_ns(counts['term']!, set) + (counts['product'] ?? 0) * bigDimension(set) * PRODUCT_NS_PER_COEFFICIENT;
  if (counts['bootstrap'] === 0) return linear_ns;
  return bootstrap_ns === undefined ? null : counts['bootstrap']! * bootstrap_ns + linear_ns;
}

/** Weights, and the polynomial of every table. */
export function prepare_ns(circuits: readonly Circuit[], counts: OperationCounts, set: TfheParameters): number {
  const tables = circuits.flatMap(({ nodes }) => nodes.flatMap((node) => readingsOf(node, nodes))).length;
  const products_ns = (counts['product'] ?? 0) * bigDimension(set) * PRODUCT_NS_PER_COEFFICIENT;
  return counts['term']! * WEIGHT_PREPARE_NS + products_ns + tables * set.polynomialSize * COEFFICIENT_PREPARE_NS;
}

/** Peak of the evaluator: key as it arrives and expanded, scratch, and the most ciphertexts alive at once. */
export function peak_bytes(circuits: readonly Circuit[], set: TfheParameters, bootstraps: boolean, threads: number): number {
  const keys = bootstraps ? serverKey_bytes(set) * 2 + expandedKey_bytes(set) + threads * workspace_bytes(set, MAXIMUM_BATCH) : 0;
  return keys + Math.max(0, ...circuits.map(mostAlive)) * ciphertext_bytes(set);
}

/** Ciphertexts alive at once; a table reads copies of its inputs. */
function mostAlive(circuit: Circuit): number {
  const { lastUses } = scheduleCircuit(circuit);
  let alive = 0;
  let most = 0;
  for (const [index, node] of circuit.nodes.entries()) {
    const { width } = node.type;
    alive += width;
    most = Math.max(most, alive + (readingsOf(node, circuit.nodes).length > 0 ? 2 * width : 0));
    for (const dead of lastUses[index]!) alive -= circuit.nodes[dead]!.type.width;
  }
  return most;
}
