/**
 * A prime in wasm memory with the tables of its number-theoretic transform.
 *
 * SEAL takes the smallest primitive 2n-th root of unity, so that everybody's values come in the same order; so do we.
 *
 * @module
 */
import type { Kernel } from './kernel.ts';
import type { Arena } from './memory.ts';
import { bitReverse, centred, inverse, positive, power } from './modular-integers.ts';

/** Largest prime the arithmetic takes: sums of sixteen centred residues stay below 2^53. */
export const MAXIMUM_PRIME_BITS = 50;

/** A number to multiply by: centred, with its quotient by p. */
export interface Constant {
  readonly w: number;
  readonly wOverP: number;
}

export class Modulus {
  readonly value: bigint;
  readonly p: number;
  /** Address of the modulus block. */
  readonly block: number;

  /** @throws RangeError for what is no prime of at most 50 bits with p = 1 mod 2n (primality is the caller's word). */
  constructor(value: bigint, n: number, arena: Arena, kernel: Kernel) {
    if (value >= 2n ** BigInt(MAXIMUM_PRIME_BITS) || value % BigInt(2 * n) !== 1n) {
      throw new RangeError(`${String(value)} is not a transform prime of at most ${String(MAXIMUM_PRIME_BITS)} bits for n = ${String(n)}`);
    }
    this.value = value;
    this.p = Number(value);
    this.block = arena.allocate(64 + 32 * n);
    arena.f64[this.block / 8] = this.p;
    arena.f64[this.block / 8 + 1] = 1 / this.p;
    fillTables(this, n, arena, kernel);
  }

  constant(x: bigint): Constant {
    const w = Number(centred(x, this.value));
    return { w, wOverP: w / this.p };
  }
}

/** A plaintext modulus: no tables, for arithmetic modulo t alone. */
export class PlainModulus {
  readonly value: bigint;
  readonly p: number;
  readonly block: number;

  constructor(value: bigint, arena: Arena) {
    this.value = value;
    this.p = Number(value);
    this.block = arena.allocate(64);
    arena.f64[this.block / 8] = this.p;
    arena.f64[this.block / 8 + 1] = 1 / this.p;
  }

  constant(x: bigint): Constant {
    const w = Number(centred(x, this.value));
    return { w, wOverP: w / this.p };
  }
}

function fillTables(modulus: Modulus, n: number, arena: Arena, kernel: Kernel): void {
  const { value } = modulus;
  const root = smallestRoot(modulus, n, arena, kernel);
  const inverseRoot = inverse(root, value);
  const ofN = inverse(BigInt(n), value);
  writeTable(modulus, 0, powers(modulus, 1n, root, n, arena, kernel), n, arena);
  writeTable(modulus, 2, powers(modulus, 1n, inverseRoot, n, arena, kernel), n, arena);
  const first = modulus.block / 8 + 8 + 2 * n;
  const twiddle = modulus.constant(power(inverseRoot, BigInt(n / 2), value) * ofN);
  const { w, wOverP } = modulus.constant(ofN);
  arena.f64.set([w, twiddle.w], first);
  arena.f64.set([wOverP, twiddle.wOverP], first + n);
}

/** Powers in bit-reversed order, and their quotients by p, as tables `index` and `index + 1`. */
function writeTable(modulus: Modulus, index: number, values: Float64Array, n: number, arena: Arena): void {
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
function powers(modulus: Modulus, first: bigint, base: bigint, n: number, arena: Arena, kernel: Kernel): Float64Array {
  const scratch = arena.allocate(8 * n);
  arena.f64[scratch / 8] = Number(centred(first, modulus.value));
  arena.f64[scratch / 8 + 1] = Number(centred(first * base, modulus.value));
  for (let known = 2; known < n; known *= 2) {
    const { w, wOverP } = modulus.constant(power(base, BigInt(known), modulus.value));
    kernel.scale(scratch, scratch + 8 * known, known, modulus.block, w, wOverP);
  }
  const half = (modulus.p - 1) / 2;
  // The kernel's reduction may be off by a unit or two at half the modulus; tables are exactly centred.
  const values = arena.f64.slice(scratch / 8, scratch / 8 + n).map((x) => (x > half ? x - modulus.p : x < -half ? x + modulus.p : x));
  arena.release(scratch);
  return values;
}

/** The smallest primitive 2n-th root of unity: all of them are the odd powers of any one. */
function smallestRoot(modulus: Modulus, n: number, arena: Arena, kernel: Kernel): bigint {
  const { value } = modulus;
  let root = 0n;
  for (let base = 2n; power(root, BigInt(n), value) !== value - 1n; base++) root = power(base, (value - 1n) / BigInt(2 * n), value);
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
