/**
 * Facts about circuits that every scheme's compile needs.
 *
 * @module
 */
import { operands, type Circuit, type Operation } from './circuit.ts';
import { findLastUses, type Schedule } from './registers.ts';
import { refuse } from './refuse.ts';
import type { Port, Refusal } from './scheme.ts';

/** Operations that an encrypted value passes through at the price of depth. */
const DEEPENING: ReadonlySet<Operation['op']> = new Set(['multiply', 'dot', 'table']);

/**
 * Longest chain of encrypted multiplications and tables over all circuits, following outputs into later inputs.
 *
 * @param circuits in the order in which they run
 * @returns 0 where nothing is multiplied
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { multiplicativeDepth, type Circuit } from 'enigmark';
 *
 * const type = { width: 1, min: -1, max: 1, step: null, bound: 'proven' } as const;
 * const square: Circuit = {
 *   id: 'square',
 *   shape: { rows: 1, columns: 4 },
 *   nodes: [
 *     { op: 'input', port: 'x', sources: ['client'], type, layer: 'in' },
 *     { op: 'multiply', left: 0, right: 0, type, layer: 'square' },
 *   ],
 *   outputs: { y: 1 },
 * };
 * assert.equal(multiplicativeDepth([square]), 1);
 * ```
 */
export function multiplicativeDepth(circuits: readonly Circuit[]): number {
  const outputs = new Map<string, number>();
  let deepest = 0;
  for (const circuit of circuits) {
    const depths: number[] = [];
    for (const node of circuit.nodes) {
      const before = node.op === 'input' ? sourceDepths(node.sources, outputs) : operands(node).map((of) => depths[of] ?? 0);
      depths.push(Math.max(0, ...before) + (DEEPENING.has(node.op) ? 1 : 0));
    }
    for (const [name, node] of Object.entries(circuit.outputs)) outputs.set(`${circuit.id}.${name}`, depths[node] ?? 0);
    deepest = Math.max(deepest, ...depths);
  }
  return deepest;
}

function sourceDepths(sources: Extract<Operation, { op: 'input' }>['sources'], outputs: ReadonlyMap<string, number>): number[] {
  return sources.map((source) => (source === 'client' ? 0 : (outputs.get(`${source.circuit}.${source.output}`) ?? 0)));
}

/** A circuit node by node, as it runs: entry i computes node i. */
export function scheduleCircuit(circuit: Circuit): Schedule {
  return {
    layers: circuit.nodes.map(({ layer }) => layer),
    lastUses: findLastUses(circuit.nodes.map(operands), Object.values(circuit.outputs)),
    outputs: circuit.outputs,
  };
}

/** What `known` has, by `circuit.output`, of the outputs that an input node may come from; none for other nodes. */
export function sourceOutputs<T>(node: Operation, known: ReadonlyMap<string, T>): readonly T[] {
  if (node.op !== 'input') return [];
  return node.sources.flatMap((source) => {
    const output = source === 'client' ? undefined : known.get(`${source.circuit}.${source.output}`);
    return output === undefined ? [] : [output];
  });
}

/** Outputs that other circuits start from, as `circuit.output`. */
export function passedOn(circuits: readonly Circuit[]): ReadonlySet<string> {
  const sources = circuits.flatMap(({ nodes }) => nodes.flatMap((node) => (node.op === 'input' ? node.sources : [])));
  return new Set(sources.flatMap((source) => (source === 'client' ? [] : [`${source.circuit}.${source.output}`])));
}

/**
 * Input ports by name and outputs as `circuit.output`, each with the type and shape of its node.
 *
 * @param circuits all that are compiled together
 * @param passes plaintext primes that a batch is computed modulo; 1 where the scheme has none
 * @returns what `ClientPlan.ports` must hold
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { portsOf, type Circuit } from 'enigmark';
 *
 * const type = { width: 1, min: -1, max: 1, step: null, bound: 'proven' } as const;
 * const square: Circuit = {
 *   id: 'square',
 *   shape: { rows: 1, columns: 4 },
 *   nodes: [
 *     { op: 'input', port: 'x', sources: ['client'], type, layer: 'in' },
 *     { op: 'multiply', left: 0, right: 0, type, layer: 'square' },
 *   ],
 *   outputs: { y: 1 },
 * };
 * assert.deepEqual(Object.keys(portsOf([square], 1)), ['x', 'square.y']);
 * ```
 */
export function portsOf(circuits: readonly Circuit[], passes: number): Readonly<Record<string, Port>> {
  const ports: Record<string, Port> = {};
  for (const circuit of circuits) {
    for (const node of circuit.nodes) {
      if (node.op === 'input') ports[node.port] = { type: node.type, shape: circuit.shape, passes };
    }
    for (const [name, index] of Object.entries(circuit.outputs)) {
      const node = circuit.nodes[index];
      if (node !== undefined) ports[`${circuit.id}.${name}`] = { type: node.type, shape: circuit.shape, passes };
    }
  }
  return ports;
}

/**
 * The first node whose operation is not claimed, as a refusal.
 *
 * @param circuits what `compile` was given
 * @param claimed the scheme's `operations`
 * @returns OPERATION_UNSUPPORTED with circuit and node; null where all operations are claimed
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { unclaimedOperation, type Circuit } from 'enigmark';
 *
 * const type = { width: 1, min: -1, max: 1, step: null, bound: 'proven' } as const;
 * const square: Circuit = {
 *   id: 'square',
 *   shape: { rows: 1, columns: 4 },
 *   nodes: [
 *     { op: 'input', port: 'x', sources: ['client'], type, layer: 'in' },
 *     { op: 'multiply', left: 0, right: 0, type, layer: 'square' },
 *   ],
 *   outputs: { y: 1 },
 * };
 * assert.equal(unclaimedOperation([square], new Set(['input', 'add']))?.node, 1);
 * assert.equal(unclaimedOperation([square], new Set(['input', 'multiply'])), null);
 * ```
 */
export function unclaimedOperation(circuits: readonly Circuit[], claimed: ReadonlySet<Operation['op']>): Refusal | null {
  for (const circuit of circuits) {
    const node = circuit.nodes.findIndex(({ op }) => !claimed.has(op));
    const op = circuit.nodes[node]?.op;
    if (op !== undefined) return refuse('OPERATION_UNSUPPORTED', `the scheme has no operation '${op}'`, { circuit: circuit.id, node });
  }
  return null;
}
