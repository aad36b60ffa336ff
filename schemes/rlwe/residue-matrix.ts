/**
 * Affine maps of bundles: a matrix of whole numbers times ciphertexts.
 *
 * @module
 */
import type { Chain } from './chain.ts';
import type { Ciphertext } from './ciphertext.ts';
import { allocatePolynomials, limbsOf } from './ciphertext.ts';
import type { Arena } from './memory.ts';
import type { Residues } from './ring.ts';

/** One row: weights of some columns. */
export interface MatrixRow {
  readonly columns: readonly number[];
  readonly weights: readonly bigint[];
}

/** Bytes of a column's tile in the kernel. */
const TILE_BYTES = 128;

/** A matrix in wasm memory, as the kernel reads it. */
export class ResidueMatrix {
  readonly rows: number;
  readonly entries: number;
  /** Addresses after each row's entries. */
  readonly ends: number;
  /** Largest sum of the magnitudes of a row's weights: it bounds the sums. Infinity where a weight has more than 31 bits. */
  readonly rowWeight: number;

  constructor(rows: readonly MatrixRow[], arena: Arena) {
    this.rows = rows.length;
    const count = rows.reduce((sum, { columns }) => sum + columns.length, 0);
    this.entries = arena.allocate(8 * Math.max(count, 1));
    this.ends = arena.allocate(4 * rows.length);
    let at = this.entries;
    let rowWeight = 0;
    const { u32 } = arena;
    for (const [row, { columns, weights }] of rows.entries()) {
      let sum = 0;
      for (const [i, column] of columns.entries()) {
        const weight = Number(weights[i]!);
        sum += Math.abs(weight) < 2 ** 31 ? Math.abs(weight) : Infinity;
        u32[at / 4] = column * TILE_BYTES;
        u32[at / 4 + 1] = weight | 0;
        at += 8;
      }
      u32[this.ends / 4 + row] = at;
      rowWeight = Math.max(rowWeight, sum);
    }
    this.rowWeight = rowWeight;
  }
}

/** Small weights run on the matrix kernel, large ones product by product. */
export interface PreparedMatrix {
  readonly rows: readonly MatrixRow[];
  readonly small: ResidueMatrix;
}

export function prepareMatrix(chain: Chain, rows: readonly MatrixRow[]): PreparedMatrix {
  return { rows, small: new ResidueMatrix(rows, chain.arena) };
}

/** One ciphertext per row. In either form; a missing third polynomial is zero. */
export function multiplyMatrix(chain: Chain, { rows, small }: PreparedMatrix, inputs: readonly Ciphertext[], scale: number): Ciphertext[] {
  const { correction } = inputs[0]!;
  if (inputs.some((input) => input.correction !== correction)) throw new Error('summands of different correction factors');
  const limbs = limbsOf(inputs[0]!);
  const count = Math.max(...inputs.map(({ polynomials }) => polynomials.length));
  const alike = inputs.every(({ polynomials }) => polynomials.length === count);
  const results = rows.map(() => ({ polynomials: allocatePolynomials(chain, limbs, count), scale, correction }));
  for (let index = 0; index < count; index++) {
    for (let j = 0; j < limbs; j++) {
      const targets = results.map(({ polynomials }) => polynomials[index]![j]!);
      const sources = inputs.flatMap(({ polynomials }) => polynomials[index]?.[j] ?? []);
      if (alike && chain.ring.multiplyMatrix(small, sources, targets)) continue;
      for (const [row, target] of targets.entries()) combineRow(chain, rows[row]!, inputs, index, j, target);
    }
  }
  return results;
}

function combineRow(
  chain: Chain,
  { columns, weights }: MatrixRow,
  inputs: readonly Ciphertext[],
  index: number,
  j: number,
  target: Residues,
): void {
  const present = [...columns.keys()].filter((i) => index < inputs[columns[i]!]!.polynomials.length);
  if (present.length === 0) {
    chain.ring.clear(target, inputs[0]!.polynomials[0]![0]!.form);
    return;
  }
  const sources = present.map((i) => inputs[columns[i]!]!.polynomials[index]![j]!);
  chain.ring.combine(
    sources,
    present.map((i) => target.modulus.constant(weights[i]!)),
    target,
  );
}
