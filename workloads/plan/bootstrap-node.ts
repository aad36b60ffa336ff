/**
 * Bootstraps in circuits, the same in every layout.
 *
 * @module
 */
import type { Node } from '../../schemes/circuit.ts';

/**
 * Appends a bootstrap of all slots of a node.
 *
 * @param columns slots of a row: layouts leave something in all of them, and nothing repeats
 * @returns its node
 */
export function appendBootstrap(nodes: Node[], of: number, layer: string, columns: number): number {
  return nodes.push({ op: 'bootstrap', of, slots: columns, type: nodes[of]!.type, layer }) - 1;
}
