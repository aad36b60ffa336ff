/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { multiplicativeDepth, portsOf, scheduleCircuit, unclaimedOperation } from './analysis.ts';
import { operands, type Circuit, type Node, type Operation, type Source, type ValueType } from './circuit.ts';

const type: ValueType = { width: 1, min: -1, max: 1, bound: 'proven', step: null };
const shape = { rows: 1, columns: 4 } as const;
const node = (operation: Operation, at: Partial<ValueType> = {}): Node => ({ ...operation, type: { ...type, ...at }, layer: 'layer' });
const input = (port: string, ...sources: Source[]): Node => node({ op: 'input', port, sources: sources.length > 0 ? sources : ['client'] });

/** Random circuits: an input, then operations on earlier values; some outputs. */
const circuits: fc.Arbitrary<Circuit> = fc
  .record({
    picks: fc.array(fc.tuple(fc.constantFrom('add', 'multiply', 'rotate', 'pick', 'input' as const), fc.nat(), fc.nat()), {
      maxLength: 14,
    }),
    outputs: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
  })
  .map(({ picks, outputs }) => {
    const nodes: Node[] = [input('x')];
    for (const [op, a, b] of picks) {
      const [left, right] = [a % nodes.length, b % nodes.length];
      if (op === 'input') nodes.push(input(`x${nodes.length}`));
      else if (op === 'rotate') nodes.push(node({ op, of: left, by: 1 }));
      else if (op === 'pick')
        nodes.push(
          node(
            {
              op,
              from: [
                [left, 0],
                [right, 0],
              ],
            },
            { width: 2 },
          ),
        );
      else nodes.push(node({ op, left, right }));
    }
    return { id: 'c', shape, nodes, outputs: Object.fromEntries(outputs.map((of, at) => [`o${at}`, of % nodes.length])) };
  });

describe('multiplicativeDepth', () => {
  test('is the longest path by definition', () => {
    const depth = (circuit: Circuit, at: number): number => {
      const { op } = circuit.nodes[at]!;
      return Math.max(0, ...operands(circuit.nodes[at]!).map((of) => depth(circuit, of))) + (op === 'multiply' ? 1 : 0);
    };
    fc.assert(
      fc.property(circuits, (circuit) => {
        expect(multiplicativeDepth([circuit])).toBe(Math.max(...circuit.nodes.map((_, at) => depth(circuit, at))));
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  test('follows outputs into later circuits, and takes the deepest source of a port', () => {
    const square = (id: string, ...sources: Source[]): Circuit => ({
      id,
      shape,
      nodes: [input('x', ...sources), node({ op: 'multiply', left: 0, right: 0 })],
      outputs: { y: 1 },
    });
    const chain = [square('a'), square('b', { circuit: 'a', output: 'y' }), square('c', 'client', { circuit: 'b', output: 'y' })];
    expect(multiplicativeDepth(chain)).toBe(3);
    expect(multiplicativeDepth([square('a'), square('b')])).toBe(1);
    expect(multiplicativeDepth([])).toBe(0);
  });

  test('a table is as deep as a product', () => {
    const table = { min: 0, step: 1, outputs: Float64Array.of(0, 1), negacyclic: false };
    const circuit = { id: 'c', shape, nodes: [input('x'), node({ op: 'table', of: 0, table })], outputs: { y: 1 } };
    expect(multiplicativeDepth([circuit])).toBe(1);
  });
});

describe('scheduleCircuit', () => {
  test('last uses are liveness by definition: a node goes as soon as nothing later reads it, outputs stay', () => {
    fc.assert(
      fc.property(circuits, (circuit) => {
        const { nodes, outputs } = circuit;
        const lives = (of: number, after: number): boolean =>
          Object.values(outputs).includes(of) || nodes.some((reader, at) => at > after && operands(reader).includes(of));
        const expected = nodes.map((_, at) =>
          [...nodes.keys()].filter((of) => of <= at && !lives(of, at) && (of === at || lives(of, at - 1))),
        );
        expect(scheduleCircuit(circuit).lastUses.map((uses) => uses.toSorted((a, b) => a - b))).toEqual(expected);
      }),
      { seed: 6, numRuns: 300 },
    );
  });
});

describe('portsOf', () => {
  test('names inputs by port and outputs by circuit, each as its node is', () => {
    const nodes = [node({ op: 'input', port: 'x', sources: ['client'] }, { width: 3 }), node({ op: 'pick', from: [[0, 2]] }, { max: 5 })];
    expect(portsOf([{ id: 'c', shape, nodes, outputs: { y: 1 } }], 2)).toEqual({
      x: { type: { ...type, width: 3 }, shape, passes: 2 },
      'c.y': { type: { ...type, max: 5 }, shape, passes: 2 },
    });
  });
});

describe('unclaimedOperation', () => {
  const circuit: Circuit = {
    id: 'second',
    shape,
    nodes: [input('x'), node({ op: 'rotate', of: 0, by: 1 }), node({ op: 'swapRows', of: 1 })],
    outputs: { y: 2 },
  };

  test('points at the first node that is not claimed', () => {
    const first: Circuit = { id: 'first', shape, nodes: [input('x')], outputs: { y: 0 } };
    expect(unclaimedOperation([first, circuit], new Set(['input', 'swapRows']))).toEqual({
      code: 'OPERATION_UNSUPPORTED',
      reason: "the scheme has no operation 'rotate'",
      circuit: 'second',
      node: 1,
    });
  });

  test('is null where all is claimed', () => {
    expect(unclaimedOperation([circuit], new Set(['input', 'swapRows', 'rotate']))).toBeNull();
    expect(unclaimedOperation([], new Set())).toBeNull();
  });
});
