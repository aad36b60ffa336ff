/**
 * Whole numbers of any size: bytes, inverses, draws.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';

/** Bits of a number that is not negative; 0 has none. */
export function bitLength(x: bigint): number {
  return x === 0n ? 0 : x.toString(2).length;
}

/** Little endian. The number is not negative and fits. */
export function bytesOf(x: bigint, length: number): Uint8Array {
  return new Uint8Array(Buffer.from(x.toString(16).padStart(2 * length, '0'), 'hex').reverse());
}

/** Of little-endian bytes, at least one. */
export function integerOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

/** The remainder that is not negative. */
export function modulo(x: bigint, modulus: bigint): bigint {
  const remainder = x % modulus;
  return remainder < 0n ? remainder + modulus : remainder;
}

/** 1 / x modulo `modulus`; null where they have a common factor (Euclid). */
export function invert(x: bigint, modulus: bigint): bigint | null {
  let [a, b] = [modulus, modulo(x, modulus)];
  let [u, v] = [0n, 1n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [u, v] = [v, u - quotient * v];
  }
  return a === 1n ? modulo(u, modulus) : null;
}

/** 1 / x modulo n^2: of x modulo n, which is quicker, and one step of Newton's method. Null where x and n have a common factor. */
export function invertModuloSquare(x: bigint, n: bigint): bigint | null {
  const inverse = invert(x, n);
  return inverse === null ? null : modulo(inverse * (2n - x * inverse), n * n);
}

/** Uniform from 1 to bound - 1, from the system's generator. */
export function drawBelow(bound: bigint): bigint {
  const bits = bitLength(bound);
  for (;;) {
    const drawn = BigInt.asUintN(bits, integerOf(randomBytes(Math.ceil(bits / 8))));
    if (drawn > 0n && drawn < bound) return drawn;
  }
}
