/**
 * Powers modulo m^2 by sliding windows over the bits of the exponent. Not constant-time.
 *
 * @module
 */
import type { Residues } from './residues.ts';

/** Products with powers from a table of 2^(window - 1): few for exponents of 1,500 to 3,000 bits. */
const WINDOW = 6;

/**
 * base^exponent modulo m^2. The exponent is not negative.
 *
 * @param base from 0 to m^2 - 1
 */
export function power(residues: Residues, base: bigint, exponent: bigint): bigint {
  const { radix, modulus } = residues;
  const size = 1 << (WINDOW - 1);
  // Odd powers of the base, its square, the result.
  const table = residues.reserve(size + 2);
  const [squared, result] = [table + size, table + size + 1];
  try {
    residues.write(table, (base * radix) % modulus);
    residues.square(squared, table, 1);
    for (let at = 1; at < size; at++) residues.multiply(table + at, table + at - 1, squared);
    residues.write(result, radix);
    const bits = exponent.toString(2);
    for (let at = 0; at < bits.length;) {
      if (bits[at] === '0') {
        residues.square(result, result, 1);
        at++;
        continue;
      }
      const end = bits.lastIndexOf('1', Math.min(at + WINDOW, bits.length) - 1) + 1;
      residues.square(result, result, end - at);
      residues.multiply(result, result, table + (parseInt(bits.slice(at, end), 2) >> 1));
      at = end;
    }
    residues.write(squared, 1n);
    residues.multiply(result, result, squared);
    return residues.read(result);
  } finally {
    residues.free(table, size + 2);
  }
}
