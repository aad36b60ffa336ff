/**
 * Numbers modulo m^2 in numbered registers: what the evaluator and the client compute with.
 *
 * @module
 */

/** Which of the two runs. */
export type Path = 'fused' | 'fallback';

/**
 * A register holds a number modulo m^2. Products divide by R, the radix: with a = x R^d and b = y R^e, `multiply` leaves x y R^(d + e - 1).
 * In bigint R is 1.
 */
export interface Residues {
  readonly path: Path;
  /** R modulo m^2. */
  readonly radix: bigint;
  /** m^2 */
  readonly modulus: bigint;
  /** Memory taken from the system, and what registers in use take of it. */
  readonly reserved_bytes: number;
  readonly live_bytes: number;
  /** So many neighbouring registers; the number of the first. What they hold is arbitrary. */
  reserve(count: number): number;
  /** Gives back registers that were reserved together. */
  free(first: number, count: number): void;
  /** The number of little-endian bytes, below m^2, over R. */
  load(register: number, bytes: Uint8Array): void;
  write(register: number, x: bigint): void;
  /** From 0 to m^2 - 1. */
  read(register: number): bigint;
  copy(to: number, from: number): void;
  /** `to` may be one of the operands. */
  multiply(to: number, left: number, right: number): void;
  /** Squares so many times, at least once. */
  square(to: number, from: number, times: number): void;
  /** Keeps a list of products, triples [to, left, right] of registers counted from a first one; gives what `run` takes. */
  keep(products: Uint32Array): KeptProducts;
  run(products: KeptProducts, first: number): void;
  drop(products: KeptProducts): void;
}

/** A list of products, and the registers in which a kernel has its copy. */
export interface KeptProducts {
  readonly products: Uint32Array;
  readonly first: number;
  readonly registers: number;
}

/** For whose numbers: the modulus n, or one of its primes, whose registers are half as large. */
export type Of = 'modulus' | 'prime';
