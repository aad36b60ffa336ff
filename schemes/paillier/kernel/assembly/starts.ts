/**
 * What columns begin with: minus the exponents that they will gather. Products of zeros gather nothing else, so that every sum is done
 * once with zeros, and what it leaves is taken off beforehand.
 *
 * @module
 */
import { addDiagonal, addOffDiagonal, addProduct } from './columns';
import {
  ALL_COLUMNS_BYTES, BY_QUARTERS, COLUMNS, COLUMN_BYTES, DIAGONAL, HALF_BYTES, MIDDLE, MIDDLE_ODD, ODD, OFF_DIAGONAL, OF_PRODUCT,
  OF_REDUCTION, ONE_PRODUCT, QUARTER_BYTES, REDUCTION, TWO_PRODUCTS, UNREDUCED, ZEROS,
} from './layout';
import { addNothing } from './reduction';

@inline function clear(): void {
  memory.fill(COLUMNS, 0, ALL_COLUMNS_BYTES);
}

@inline function keep(dst: usize): void {
  memory.copy(dst, COLUMNS, ALL_COLUMNS_BYTES);
}

/** start[c] -= times * from[c], for `bytes` bytes of columns. */
function take(start: usize, from: usize, times: i64, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 8) store<i64>(start + at, load<i64>(start + at) - times * load<i64>(from + at));
}

/** Takes off a reduction. By quarters, the columns between are made of others: what they need goes in with the product of differences. */
function takeReduction(start: usize, columns: usize, middle: usize): void {
  const reduction = OF_REDUCTION + columns, inner = HALF_BYTES + QUARTER_BYTES;
  take(start + columns, reduction, 1, QUARTER_BYTES);
  take(start + columns + inner, reduction + inner, 1, COLUMN_BYTES - inner);
  take(start + middle, reduction + QUARTER_BYTES, 1, HALF_BYTES);
  take(start + middle, reduction, -1, QUARTER_BYTES);
  take(start + middle + QUARTER_BYTES, reduction + inner, -1, QUARTER_BYTES);
}

function startOfProducts(start: usize, products: i64, reduced: bool): void {
  memory.fill(start, 0, ALL_COLUMNS_BYTES);
  take(start, OF_PRODUCT, products, ALL_COLUMNS_BYTES);
  if (!reduced) return;
  if (!BY_QUARTERS) return take(start, OF_REDUCTION, 1, MIDDLE);
  takeReduction(start, 0, MIDDLE);
  takeReduction(start, ODD, MIDDLE_ODD);
}

function startOfKept(start: usize, reduced: bool): void {
  memory.fill(start, 0, ALL_COLUMNS_BYTES);
  take(start, COLUMNS, 1, MIDDLE);
  if (reduced) take(start, OF_REDUCTION, 1, MIDDLE);
}

/** The modulus must be there already. */
export function makeStarts(): void {
  memory.fill(ZEROS, 0, 2048);
  clear();
  addProduct(ZEROS, ZEROS, ZEROS, ZEROS);
  keep(OF_PRODUCT);
  clear();
  addNothing();
  keep(OF_REDUCTION);
  startOfProducts(ONE_PRODUCT, 1, true);
  startOfProducts(TWO_PRODUCTS, 2, true);
  startOfProducts(UNREDUCED, 1, false);
  clear();
  addOffDiagonal(ZEROS);
  startOfKept(OFF_DIAGONAL, false);
  clear();
  addDiagonal(ZEROS);
  startOfKept(DIAGONAL, true);
  clear();
  startOfKept(REDUCTION, true);
}
