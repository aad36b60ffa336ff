/**
 * Dense rows as compressed sparse rows.
 *
 * @module
 */
import type { SparseMatrix } from '../../schemes/circuit.ts';

/** The matrix of row-major `values`, without its zeros. */
export function sparseFromRows(rows: number, columns: number, values: Float64Array, step: number | null): SparseMatrix {
  const offsets = new Uint32Array(rows + 1);
  const entries = values.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
  const indices = new Uint32Array(entries);
  const kept = new Float64Array(entries);
  let next = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column]!;
      if (value === 0) continue;
      indices[next] = column;
      kept[next] = value;
      next++;
    }
    offsets[row + 1] = next;
  }
  return { rows, columns, step, offsets, indices, values: kept };
}
