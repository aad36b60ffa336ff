/**
 * Nodes over bundles of single whole numbers: sums, squares, and bundles spread over others.
 *
 * @module
 */
import type { LookupTable, Node, Operation, SparseMatrix, ValueType } from '../../../schemes/circuit.ts';

/** Of whole numbers. */
export interface Extent {
  readonly min: number;
  readonly max: number;
  /** Where the range was seen, and is not the worst case. */
  readonly bound?: 'calibrated';
  readonly rms?: number;
}

/** Ciphertexts of a bundle that go into a row of sums. */
export interface Term {
  readonly of: number;
  readonly sign: 1 | -1;
  readonly at: (row: number) => readonly number[];
}

/** Nodes in the making. */
export class NumberCircuit {
  readonly nodes: Node[] = [];

  add(operation: Operation, width: number, { min, max, bound, rms }: Extent, layer: string): number {
    const type: ValueType = { width, min, max, bound: bound ?? 'proven', step: 1, ...(rms === undefined ? {} : { rms }) };
    return this.nodes.push({ ...operation, type, layer }) - 1;
  }

  input(port: string, width: number, extent: Extent): number {
    return this.add({ op: 'input', port, sources: ['client'] }, width, extent, 'input');
  }

  /** A bundle of ciphertexts of another, some of them several times. */
  spread(of: number, indices: readonly number[], layer: string): number {
    const { min, max } = this.nodes[of]!.type;
    return this.add({ op: 'pick', from: indices.map((index) => [of, index] as const) }, indices.length, { min, max }, layer);
  }

  /** Element-wise, by one table each. */
  square(of: number, layer: string): number {
    const { width, min, max } = this.nodes[of]!.type;
    const outputs = Float64Array.from({ length: max - min + 1 }, (_, at) => (min + at) ** 2);
    const table: LookupTable = { min, step: 1, outputs, negacyclic: false };
    return this.add({ op: 'table', of, table }, width, { min: 0, max: Math.max(min ** 2, max ** 2) }, layer);
  }

  sums(rows: number, terms: readonly Term[], extent: Extent, layer: string): number {
    const widths = terms.map(({ of }) => this.nodes[of]!.type.width);
    const firsts = widths.map((_, term) => widths.slice(0, term).reduce((sum, width) => sum + width, 0));
    const from = terms.flatMap(({ of }, term) => Array.from({ length: widths[term]! }, (_, index) => [of, index] as const));
    const extents = terms.map(({ of }) => this.nodes[of]!.type);
    const all = { min: Math.min(...extents.map(({ min }) => min)), max: Math.max(...extents.map(({ max }) => max)) };
    const of = this.add({ op: 'pick', from }, from.length, all, layer);
    const entries = Array.from({ length: rows }, (_, row) =>
      terms.flatMap(({ sign, at }, term) => at(row).map((index) => ({ column: firsts[term]! + index, value: sign }))),
    );
    return this.add({ op: 'affine', of, matrix: sparse(entries, from.length), bias: new Float64Array(rows) }, rows, extent, layer);
  }
}

function sparse(rows: readonly (readonly { readonly column: number; readonly value: number }[])[], columns: number): SparseMatrix {
  const offsets = new Uint32Array(rows.length + 1);
  for (const [row, entries] of rows.entries()) offsets[row + 1] = offsets[row]! + entries.length;
  const entries = rows.flat();
  return {
    ...{ rows: rows.length, columns, step: 1, offsets },
    indices: Uint32Array.from(entries, ({ column }) => column),
    values: Float64Array.from(entries, ({ value }) => value),
  };
}
