/**
 * A first layer whose inputs the client lays out as the layer reads them (im2col, Chellapilla et al. 2006, over slots as in LoLa,
 * ICML 2019): slot (position, row) holds the input that the row's weight number `position` multiplies. One product for every
 * ciphertext and folds over the positions; no rotation before the product. Worth it where rows have few weights.
 *
 * @module
 */
import type { SlotShape, SparseMatrix, TransformTerm } from '../../../schemes/circuit.ts';
import type { Arrangement } from '../../plan.ts';
import { bitsFor, columnBits, type SlotLayout, slotsOf } from './slot-layout.ts';

export interface GatheredInput {
  readonly arrangement: Arrangement;
  readonly terms: readonly (readonly TransformTerm[])[];
  readonly folds: readonly number[];
  readonly foldRows: boolean;
  readonly output: SlotLayout;
}

/** Weights of the row with most of them. */
function mostWeights({ offsets, rows }: SparseMatrix, from: number): number {
  let most = 1;
  for (let row = from; row < rows; row++) most = Math.max(most, offsets[row + 1]! - offsets[row]!);
  return most;
}

/** Ciphertexts that the client sends. */
export function gatheredCiphertexts(matrix: SparseMatrix, shape: SlotShape): number {
  const slots = slotsOf(shape);
  const rowBits = Math.min(Math.log2(slots), bitsFor(matrix.rows));
  return Math.ceil(matrix.rows / 2 ** rowBits) * Math.ceil(mostWeights(matrix, 0) / (slots / 2 ** rowBits));
}

export function gatherInput(matrix: SparseMatrix, shape: SlotShape): GatheredInput {
  const slots = slotsOf(shape);
  const bits = Math.log2(slots);
  const rowBits = Math.min(bits, bitsFor(matrix.rows));
  const lanes = 2 ** rowBits;
  const positions = slots / lanes;
  const index: Int32Array[] = [];
  const terms: TransformTerm[][] = [];
  for (let firstRow = 0; firstRow < matrix.rows; firstRow += lanes) {
    const rows = Math.min(lanes, matrix.rows - firstRow);
    const ofOutput: TransformTerm[] = [];
    terms.push(ofOutput);
    const most = mostWeights({ ...matrix, rows: firstRow + rows }, firstRow);
    for (let firstPosition = 0; firstPosition < most; firstPosition += positions) {
      const columns = new Int32Array(slots).fill(-1);
      const plain = new Float64Array(slots);
      for (let slot = 0; slot < slots; slot++) {
        const row = firstRow + (slot % lanes);
        if (row >= firstRow + rows) continue;
        const entry = matrix.offsets[row]! + firstPosition + Math.floor(slot / lanes);
        if (entry >= matrix.offsets[row + 1]!) continue;
        columns[slot] = matrix.indices[entry]!;
        plain[slot] = matrix.values[entry]!;
      }
      ofOutput.push({ from: index.length, baby: 0, giant: 0, plain });
      index.push(columns);
    }
  }
  const top = columnBits(shape);
  const folded = Array.from({ length: bits - rowBits }, (_, offset) => rowBits + offset);
  return {
    arrangement: { values: matrix.columns, index },
    terms,
    folds: folded
      .filter((bit) => bit < top)
      .map((bit) => 2 ** bit)
      .reverse(),
    foldRows: folded.some((bit) => bit >= top),
    output: { roles: Array.from({ length: bits }, (_, bit) => (bit < rowBits ? 'value' : 'copy')), ciphertexts: terms.length },
  };
}
