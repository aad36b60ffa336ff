/**
 * BLAKE2b, for public data only: identifiers of parameters. SEAL's random generator, which is based on it, is in `uniform.ts`.
 *
 * @module
 */
import type { Kernel } from './kernel-calls.ts';
import type { Arena } from './memory.ts';

const BLOCK_BYTES = 128;
/** As in `assembly/blake2b.ts`: chaining words and words of work, then initial values, then the order of the message. */
const INITIAL_AT = 192;
const ORDER_AT = 256;
const STATE_BYTES = ORDER_AT + 12 * 16;

const INITIAL = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
];

/** RFC 7693, section 2.7; rounds 10 and 11 repeat 0 and 1. */
const ORDER = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

export class Blake2b {
  readonly #arena: Arena;
  readonly #kernel: Kernel;
  readonly #state: number;
  readonly #message: number;

  constructor(arena: Arena, kernel: Kernel) {
    this.#arena = arena;
    this.#kernel = kernel;
    this.#state = allocateState(arena);
    this.#message = arena.allocate(BLOCK_BYTES);
  }

  /** The first `bytes` (at most 64) of a digest of that length. */
  digest(message: Uint8Array, bytes: number): Uint8Array {
    const { u64, u8 } = this.#arena;
    u64.set(INITIAL, this.#state / 8);
    // Parameter block: no key, fanout and depth 1.
    u64[this.#state / 8]! ^= 0x01010000n | BigInt(bytes);
    let done = 0;
    do {
      const block = message.subarray(done, done + BLOCK_BYTES);
      u8.fill(0, this.#message, this.#message + BLOCK_BYTES);
      u8.set(block, this.#message);
      done += block.length;
      this.#kernel.compress(this.#state, this.#message, BigInt(done), done === message.length ? 1 : 0);
    } while (done < message.length);
    return u8.slice(this.#state, this.#state + bytes);
  }
}

/** Working memory of a hash, with the constants of the RFC. */
export function allocateState(arena: Arena): number {
  const state = arena.allocate(STATE_BYTES);
  arena.u64.set(INITIAL, (state + INITIAL_AT) / 8);
  arena.u8.set([...ORDER, ORDER[0]!, ORDER[1]!].flat(), state + ORDER_AT);
  return state;
}

/** SEAL's numbers of the schemes. */
const SCHEMES = { bfv: 1n, ckks: 2n, bgv: 3n } as const;

/** The 32 bytes by which SEAL names parameters: a digest of scheme, degree, primes and plaintext modulus (0 for CKKS). */
export function parametersId(
  blake: Blake2b,
  scheme: keyof typeof SCHEMES,
  degree: number,
  primes: readonly bigint[],
  plainModulus: bigint,
): Uint8Array {
  const words = new BigUint64Array([SCHEMES[scheme], BigInt(degree), ...primes, plainModulus]);
  return blake.digest(new Uint8Array(words.buffer), 32);
}
