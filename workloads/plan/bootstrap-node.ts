/**
 * Bootstraps in circuits, the same in every layout.
 *
 * @module
 */
import type { Node } from '../../schemes/circuit.ts';

/**
 * Appends a bootstrap of a node.
 *
 * @param slots after which those of a row repeat
 * @returns its node
 */
export function appendBootstrap(nodes: Node[], of: number, layer: string, slots: number): number {
  return nodes.push({ op: 'bootstrap', of, slots, type: nodes[of]!.type, layer }) - 1;
}
