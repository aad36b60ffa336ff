/**
 * How large the rows of a matrix are. Planners and compilers ask for it again and again, so it is computed once for each matrix.
 *
 * @module
 */
import type { SparseMatrix } from './circuit.ts';

const known = new WeakMap<SparseMatrix, number>();

/** The greatest sum of a row's magnitudes: how much larger outputs may be than inputs. 0 for a matrix of zeros. */
export function greatestRowSum(matrix: SparseMatrix): number {
  const before = known.get(matrix);
  if (before !== undefined) return before;
  let most = 0;
  for (let row = 0; row < matrix.rows; row++) {
    let sum = 0;
    for (let entry = matrix.offsets[row]!; entry < matrix.offsets[row + 1]!; entry++) sum += Math.abs(matrix.values[entry]!);
    most = Math.max(most, sum);
  }
  known.set(matrix, most);
  return most;
}
