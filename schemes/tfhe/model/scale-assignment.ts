/**
 * One scale per group of nodes that linear operations tie together: the greatest at which every table that reads the group,
 * and every port that carries it, still fits the torus. Sums in between may wrap. Noise does not depend on the scale, so
 * that the greatest is the most exact.
 *
 * @module
 */
import { operands, type Circuit, type Node, type ValueType } from '../../circuit.ts';
import { refuse } from '../../refuse.ts';
import type { Refusal } from '../../scheme.ts';
import { greatestScale } from './lookup.ts';
import { SCALE_UNITS } from './scales.ts';
import { readingsOf } from './table-reading.ts';

/** By circuit id, then by node. */
export type NodeScales = Readonly<Record<string, readonly number[]>>;

/** The largest scale that a table or a port allows a group, and which one it is. */
interface Demand {
  readonly greatest: number;
  readonly circuit: string;
  readonly node: number;
  readonly reason: string;
}

/** Sets of nodes; a node is named by circuit and index. */
class Groups {
  readonly #parents = new Map<string, string>();

  find(member: string): string {
    const parent = this.#parents.get(member) ?? member;
    if (parent === member) return member;
    const root = this.find(parent);
    this.#parents.set(member, root);
    return root;
  }

  join(a: string, b: string): void {
    this.#parents.set(this.find(a), this.find(b));
  }
}

function nameOf(circuit: string, node: number): string {
  return `${circuit}/${node}`;
}

/** Scales in units of 2^-32, or the bound that leaves no room for one. */
export function assignScales(circuits: readonly Circuit[]): NodeScales | Refusal {
  const groups = groupsOf(circuits);
  const tightest = new Map<string, Demand>();
  for (const circuit of circuits) {
    for (const [of, demand] of demandsOf(circuit)) {
      const group = groups.find(nameOf(circuit.id, of));
      if (demand.greatest < (tightest.get(group)?.greatest ?? Infinity)) tightest.set(group, demand);
    }
  }
  for (const { greatest, circuit, node, reason } of tightest.values()) {
    if (greatest < 1) return refuse('RANGE_TOO_LARGE', `${reason}, more than the 2^32 the torus holds`, { circuit, node });
  }
  const scaleOf = (name: string): number => Math.floor(tightest.get(groups.find(name))?.greatest ?? 1);
  return Object.fromEntries(circuits.map(({ id, nodes }) => [id, nodes.map((_, node) => scaleOf(nameOf(id, node)))]));
}

function groupsOf(circuits: readonly Circuit[]): Groups {
  const groups = new Groups();
  for (const { id, nodes } of circuits) {
    for (const [index, node] of nodes.entries()) {
      for (const name of tied(id, node, circuits)) groups.join(nameOf(id, index), name);
      if (node.op === 'multiply') groups.join(nameOf(id, node.left), nameOf(id, node.right));
    }
  }
  return groups;
}

/** Nodes whose scale a node shares. */
function tied(id: string, node: Node, circuits: readonly Circuit[]): string[] {
  if (node.op === 'table' || node.op === 'multiply') return [];
  if (node.op !== 'input') return operands(node).map((of) => nameOf(id, of));
  return node.sources.flatMap((source) => {
    if (source === 'client') return [];
    const output = circuits.find((circuit) => circuit.id === source.circuit)?.outputs[source.output];
    return output === undefined ? [] : [nameOf(source.circuit, output)];
  });
}

function* demandsOf({ id, nodes, outputs }: Circuit): Generator<readonly [node: number, demand: Demand]> {
  for (const [index, node] of nodes.entries()) {
    if (node.op === 'input') yield [index, portDemand(id, index, node.type)];
    for (const { table, type, of } of readingsOf(node, nodes)) {
      const reason = `the table reads ${type.min}..${type.max}`;
      for (const [from] of of) yield [from, { greatest: greatestScale(table, type), circuit: id, node: index, reason }];
    }
  }
  for (const index of Object.values(outputs)) yield [index, portDemand(id, index, nodes[index]!.type)];
}

function portDemand(circuit: string, node: number, { min, max }: ValueType): Demand {
  return { greatest: SCALE_UNITS / (max - min + 1), circuit, node, reason: `the port carries ${min}..${max}` };
}
