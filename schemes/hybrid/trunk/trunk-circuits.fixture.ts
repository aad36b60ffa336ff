/**
 * Plans with a trunk, for tests: two linear layers with a square behind each, one sum for each value, then a table.
 *
 * @module
 */
import type { Circuit, LookupTable, Node, SlotShape, ValueType } from '../../circuit.ts';
import { isRefusal, type Compiled, type Requirement } from '../../scheme.ts';
import { NEED } from '../../tfhe/session.fixture.ts';
import { compileTrunk } from './compile.ts';

const real = (width: number, min: number, max: number): ValueType => ({ width, min, max, step: null, bound: 'proven' });

export interface TrunkCase {
  readonly shape: SlotShape;
  /** Of each sum, what the fourth powers of slots are multiplied by. */
  readonly rows: readonly Float64Array[];
  readonly biases?: readonly number[];
  /** Reads sums that are counted in steps. */
  readonly table: LookupTable;
  readonly step: number;
  /** Of the sums, counted; of the outputs. */
  readonly sums: { readonly min: number; readonly max: number };
  readonly outputs: { readonly min: number; readonly max: number };
}

/** The plan's circuits, of which `x` is the input, from 0 to 1. */
export function trunkCircuits({ shape, rows, biases, table, step, sums, outputs }: TrunkCase): readonly [Circuit, Circuit] {
  const width = rows.length;
  const largest = rows.reduce((most, row) => row.reduce((max, weight) => Math.max(max, Math.abs(weight)), most), 0);
  const reach = Math.max(-sums.min, sums.max) * step;
  const ones = { from: 0, baby: 0, giant: 0, plain: new Float64Array(shape.columns).fill(1) };
  const trunkNodes: Node[] = [
    { op: 'input', port: 'x', sources: ['client'], type: real(1, 0, 1), layer: 'input' },
    { op: 'transform', of: 0, step: null, outputs: [[ones]], type: real(1, 0, 1), layer: 'first' },
    { op: 'multiply', left: 1, right: 1, type: real(1, 0, 1), layer: 'square' },
    { op: 'transform', of: 2, step: null, outputs: [[ones]], type: real(1, 0, 1), layer: 'second' },
    { op: 'multiply', left: 3, right: 3, type: real(1, 0, 1), layer: 'fourth' },
    {
      op: 'transform',
      of: 4,
      step: null,
      outputs: rows.map((plain) => [{ from: 0, baby: 0, giant: 0, plain }]),
      type: real(width, -largest, largest),
      layer: 'sums',
    },
    {
      op: 'fold',
      of: 5,
      rotations: Array.from({ length: Math.log2(shape.columns) }, (_, bit) => 2 ** bit),
      type: real(width, -reach, reach),
      layer: 'sums',
    },
  ];
  if (biases !== undefined) {
    const plains = biases.map((bias) => new Float64Array(shape.columns).fill(bias));
    trunkNodes.push({ op: 'addPlain', of: 6, plains, type: real(width, -reach, reach), layer: 'sums' });
  }
  const counted: ValueType = { width, ...sums, step, bound: 'proven' };
  return [
    { id: 'trunk', shape, nodes: trunkNodes, outputs: { y: trunkNodes.length - 1 } },
    {
      id: 'head',
      shape: { rows: 1, columns: 1 },
      nodes: [
        { op: 'input', port: 'sums', sources: [{ circuit: 'trunk', output: 'y' }], type: counted, layer: 'switch' },
        { op: 'table', of: 0, table, type: { width, ...outputs, step: 1, bound: 'proven' }, layer: 'table' },
      ],
      outputs: { result: 1 },
    },
  ];
}

/** @throws where the plan is refused. */
export function compiledTrunk(circuits: readonly Circuit[], need: Partial<Requirement> = {}): Compiled {
  const compiled = compileTrunk(circuits, { ...NEED, ...need });
  if (isRefusal(compiled)) throw new Error(`${compiled.code}: ${compiled.reason}`);
  return compiled;
}

/** A sum for each of the first slots: the slot itself. */
export function slotRows(width: number, columns: number): readonly Float64Array[] {
  return Array.from({ length: width }, (_, row) => Float64Array.from({ length: columns }, (_unused, slot) => (slot === row ? 1 : 0)));
}
