/**
 * Real numbers as whole multiples of 2^-256: interpolation at whole numbers loses half of its digits, and doubles have too few.
 *
 * @module
 */

const FRACTION_BITS = 256n;
export const ONE = 1n << FRACTION_BITS;

/** The product, rounded down. */
export function multiply(a: bigint, b: bigint): bigint {
  return (a * b) >> FRACTION_BITS;
}

/** The nearest double, to a unit of its last place. */
export function toNumber(x: bigint): number {
  return Number(x) / 2 ** Number(FRACTION_BITS);
}

/** By Machin's formula: pi / 4 = 4 arctan(1/5) - arctan(1/239). */
export const PI = 4n * (4n * inverseTangentOfInverse(5n) - inverseTangentOfInverse(239n));

function inverseTangentOfInverse(x: bigint): bigint {
  let power = ONE / x;
  let sum = power;
  for (let k = 3n; power !== 0n; k += 2n) {
    power = -power / (x * x);
    sum += power / k;
  }
  return sum;
}

/** By its series; |x| is a few turns at most. */
export function cosine(x: bigint): bigint {
  return series(x, ONE, 1n);
}

export function sine(x: bigint): bigint {
  return series(x, x, 2n);
}

/** first - first x^2 / (k (k + 1)) + ... */
function series(x: bigint, first: bigint, start: bigint): bigint {
  const square = multiply(x, x);
  let term = first;
  let sum = first;
  // Terms that are rounded down stay at -1 once they have come there: the last few are left out.
  for (let k = start; term > 1n || term < -1n; k += 2n) {
    term = -multiply(term, square) / (k * (k + 1n));
    sum += term;
  }
  return sum;
}
