/**
 * A prime in wasm memory with the tables of its number-theoretic transform.
 *
 * SEAL takes the smallest primitive 2n-th root of unity, so that everybody's values come in the same order; so do we.
 *
 * @module
 */
import type { Kernel } from '../kernel/kernel-calls.ts';
import type { Arena } from '../kernel/memory.ts';
import { bitReverse, centred, inverse, positive } from '../numbers/modular-integers.ts';
import { powerModulo } from '../numbers/primes.ts';

/** Largest prime the arithmetic takes: sums of sixteen centred residues stay below 2^53. */
export const MAXIMUM_PRIME_BITS = 50;

/** A number to multiply by: centred, with its quotient by p. */
export interface Constant {
  readonly w: number;
  readonly wOverP: number;
}

/** Arithmetic modulo a number, without transforms. */
export class Modulus {
  readonly value: bigint;
  readonly p: number;
  /** Address of the modulus block. */
  readonly block: number;

  constructor(value: bigint, arena: Arena, tables_bytes = 0) {
    if (value >= 2n ** BigInt(MAXIMUM_PRIME_BITS)) {
      throw new RangeError(`${value} has more than ${MAXIMUM_PRIME_BITS} bits`);
    }
    this.value = value;
    this.p = Number(value);
    this.block = arena.allocate(64 + tables_bytes);
    arena.f64[this.block / 8] = this.p;
    arena.f64[this.block / 8 + 1] = 1 / this.p;
  }

  constant(x: bigint): Constant {
    const w = Number(centred(x, this.value));
    return { w, wOverP: w / this.p };
  }
}

/** A prime with p = 1 mod 2n (primality is the caller's word) and the tables for polynomials of n coefficients. */
export class TransformModulus extends Modulus {
  constructor(prime: bigint, n: number, arena: Arena, kernel: Kernel) {
    if (prime % BigInt(2 * n) !== 1n) throw new RangeError(`${prime} is not 1 mod ${2 * n}`);
    super(prime, arena, 32 * n);
    fillTables(this, n, arena, kernel);
  }
}

function fillTables(modulus: TransformModulus, n: number, arena: Arena, kernel: Kernel): void {
  const { value } = modulus;
  const root = smallestRoot(modulus, n, arena, kernel);
  const inverseRoot = inverse(root, value);
  const ofN = inverse(BigInt(n), value);
  writeTable(modulus, 0, powers(modulus, 1n, root, n, arena, kernel), n, arena);
  writeTable(modulus, 2, powers(modulus, 1n, inverseRoot, n, arena, kernel), n, arena);
  const first = modulus.block / 8 + 8 + 2 * n;
  const twiddle = modulus.constant(powerModulo(inverseRoot, BigInt(n / 2), value) * ofN);
  const { w, wOverP } = modulus.constant(ofN);
  arena.f64.set([w, twiddle.w], first);
  arena.f64.set([wOverP, twiddle.wOverP], first + n);
}

/** Powers in bit-reversed order, and their quotients by p, as tables `index` and `index + 1`. */
function writeTable(modulus: TransformModulus, index: number, values: Float64Array, n: number, arena: Arena): void {
  const bits = Math.log2(n);
  const at = modulus.block / 8 + 8 + index * n;
  const { f64 } = arena;
  values.forEach((value, i) => {
    const slot = at + bitReverse(i, bits);
    f64[slot] = value;
    f64[slot + n] = value / modulus.p;
  });
}

/** first * base^i for i below n, centred. */
function powers(modulus: TransformModulus, first: bigint, base: bigint, n: number, arena: Arena, kernel: Kernel): Float64Array {
  const scratch = arena.allocate(8 * n);
  arena.f64[scratch / 8] = Number(centred(first, modulus.value));
  arena.f64[scratch / 8 + 1] = Number(centred(first * base, modulus.value));
  for (let known = 2; known < n; known *= 2) {
    const { w, wOverP } = modulus.constant(powerModulo(base, BigInt(known), modulus.value));
    kernel.scale(scratch, scratch + 8 * known, known, modulus.block, w, wOverP);
  }
  const half = (modulus.p - 1) / 2;
  // The kernel's reduction may be off by a unit or two at half the modulus; tables are exactly centred.
  const values = arena.f64.slice(scratch / 8, scratch / 8 + n).map((x) => (x > half ? x - modulus.p : x < -half ? x + modulus.p : x));
  arena.release(scratch);
  return values;
}

/** The smallest primitive 2n-th root of unity: all of them are the odd powers of any one. */
function smallestRoot(modulus: TransformModulus, n: number, arena: Arena, kernel: Kernel): bigint {
  const { value } = modulus;
  let root = 0n;
  for (let base = 2n; powerModulo(root, BigInt(n), value) !== value - 1n; base++)
    root = powerModulo(base, (value - 1n) / BigInt(2 * n), value);
  const odd = powers(modulus, root, root * root, n, arena, kernel);
  return BigInt(odd.reduce((least, x) => Math.min(least, x < 0 ? x + modulus.p : x), Infinity));
}

/** Table of `permute` for X -> X^element in transform form: byte offsets of the sources of the even positions. */
export function valuePermutation(element: number, n: number, arena: Arena): number {
  const bits = Math.log2(n);
  const table = arena.allocate(2 * n);
  const { u32 } = arena;
  for (let i = 0; i < n; i += 2) {
    const exponent = Number((BigInt(element) * BigInt(2 * bitReverse(i, bits) + 1)) % BigInt(2 * n));
    u32[table / 4 + i / 2] = 8 * bitReverse((exponent - 1) / 2, bits);
  }
  return table;
}

/** Table of `permuteSigned` for X -> X^element in coefficient form: byte offset of the source, sign in bit 0. */
export function coefficientPermutation(element: number, n: number, arena: Arena): number {
  const table = arena.allocate(4 * n);
  const { u32 } = arena;
  for (let i = 0; i < n; i++) {
    const exponent = Number(positive(BigInt(i) * BigInt(element), BigInt(2 * n)));
    u32[table / 4 + (exponent % n)] = 8 * i + (exponent >= n ? 1 : 0);
  }
  return table;
}
