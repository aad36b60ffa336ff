/**
 * Where the client, or a plaintext operand, may be encoded otherwise so that values meet: at another scale, or at fewer primes.
 *
 * @module
 */
import type { Circuit, Node } from '../../circuit.ts';
import { reads, type CircuitProgram } from './program.ts';

/** The linear layer, or the client's input, whose scale a node has, through operations that keep the scale; null where there is none. */
export function encodedBehind(circuit: Circuit, node: number): number | null {
  const operation = circuit.nodes[node]!;
  switch (operation.op) {
    case 'affine':
    case 'transform':
      return node;
    case 'input':
      return isFromClient(operation) ? node : null;
    case 'addPlain':
    case 'fold':
    case 'rotate':
    case 'rotateSum':
      return encodedBehind(circuit, operation.of);
    default:
      return null;
  }
}

/** Inputs from the client that are dropped whenever they are read, and the most primes that any reader takes. */
export function lateInputs(
  { instructions, outputs }: CircuitProgram,
  circuit: Circuit,
): readonly (readonly [node: number, limbs: number])[] {
  const kept = new Set(Object.values(outputs));
  return instructions.flatMap(({ op, node, result }) => {
    if (op !== 'input' || kept.has(result) || !isFromClient(circuit.nodes[node]!)) return [];
    const readers = instructions.filter((instruction) => reads(instruction).includes(result));
    if (readers.length === 0 || readers.some((reader) => reader.op !== 'drop')) return [];
    return [[node, Math.max(...readers.map(({ limbs }) => limbs))] as const];
  });
}

/** Whether the client, and nobody else, fills it. */
export function isFromClient(node: Node): boolean {
  return node.op === 'input' && node.sources.every((source) => source === 'client');
}
