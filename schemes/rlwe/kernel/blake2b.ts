/**
 * BLAKE2b and the generator that SEAL makes of it, for public data only: identifiers of parameters, and polynomials sent as seeds.
 *
 * @module
 */
import type { Kernel } from './kernel-calls.ts';
import type { Arena } from './memory.ts';

const BLOCK_BYTES = 128;
const DIGEST_BYTES = 64;
/** SEAL's generator refills a buffer of this size; a longer output would differ. */
const BUFFER_BYTES = 4096;

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
    this.#state = arena.allocate(256 + 12 * 16);
    this.#message = arena.allocate(BLOCK_BYTES);
    arena.u64.set(INITIAL, this.#state / 8 + 24);
    arena.u8.set([...ORDER, ORDER[0]!, ORDER[1]!].flat(), this.#state + 256);
  }

  /** The digest of a message, optionally keyed. `parameters` are words 0 and 1 of the parameter block, key length excepted. */
  digest(message: Uint8Array, bytes: number, key: Uint8Array = new Uint8Array(), xof_bytes = 0): Uint8Array {
    const { u64, u8 } = this.#arena;
    u64.set(INITIAL, this.#state / 8);
    u64[this.#state / 8]! ^= 0x01010000n | BigInt(bytes) | (BigInt(key.length) << 8n);
    u64[this.#state / 8 + 1]! ^= BigInt(xof_bytes) << 32n;
    const keyed_bytes = key.length === 0 ? 0 : BLOCK_BYTES;
    const padded = new Uint8Array(keyed_bytes + message.length);
    padded.set(key);
    padded.set(message, keyed_bytes);
    let done = 0;
    do {
      const block = padded.subarray(done, done + BLOCK_BYTES);
      u8.fill(0, this.#message, this.#message + BLOCK_BYTES);
      u8.set(block, this.#message);
      done += block.length;
      this.#kernel.compress(this.#state, this.#message, BigInt(done), done === padded.length ? 1 : 0);
    } while (done < padded.length);
    return u8.slice(this.#state, this.#state + bytes);
  }

  /** Buffer number `counter` of the generator with this seed, at `target`: BLAKE2Xb of the counter, keyed with the seed. */
  fill(seed: Uint8Array, counter: bigint, target: number): void {
    const message = new Uint8Array(new BigUint64Array([counter]).buffer);
    const root = this.digest(message, DIGEST_BYTES, seed, BUFFER_BYTES);
    const { u8 } = this.#arena;
    u8.fill(0, this.#message, this.#message + BLOCK_BYTES);
    u8.set(root, this.#message);
    this.#kernel.expandRoot(this.#state, this.#message, target, BUFFER_BYTES / DIGEST_BYTES, BigInt(BUFFER_BYTES));
  }
}

/** SEAL's `Blake2xbPRNG` with a public seed of 64 bytes. */
export class PublicStream {
  readonly #blake: Blake2b;
  readonly #arena: Arena;
  readonly #kernel: Kernel;
  readonly #seed: Uint8Array;
  readonly #buffer: number;
  #counter = 0n;
  #used = BUFFER_BYTES;

  constructor(blake: Blake2b, arena: Arena, kernel: Kernel, seed: Uint8Array) {
    this.#blake = blake;
    this.#arena = arena;
    this.#kernel = kernel;
    this.#seed = seed;
    this.#buffer = arena.allocate(BUFFER_BYTES);
  }

  /** The next bytes of the stream; a multiple of 8. */
  #next(target: number, bytes: number): void {
    let at = target;
    for (let rest = bytes; rest > 0;) {
      if (this.#used === BUFFER_BYTES) {
        this.#used = 0;
        this.#blake.fill(this.#seed, this.#counter++, this.#buffer);
      }
      const part = Math.min(rest, BUFFER_BYTES - this.#used);
      this.#arena.u64.copyWithin(at / 8, (this.#buffer + this.#used) / 8, (this.#buffer + this.#used + part) / 8);
      this.#used += part;
      at += part;
      rest -= part;
    }
  }

  /**
   * Uniform u64 residues at `target`, n for each prime, as SEAL's `sample_poly_uniform` draws them: all words first, then anew what
   * lies beyond the largest multiple of the prime.
   */
  uniform(primes: readonly bigint[], n: number, target: number): void {
    this.#next(target, 8 * n * primes.length);
    for (const [limb, prime] of primes.entries()) {
      const largest = 2n ** 64n - 1n;
      const limit = largest - (largest % prime) - 1n;
      const data = target + 8 * n * limb;
      for (let i = 0; (i = this.#kernel.reduceUniform(data, i, n, prime, limit)) < n;) this.#next(data + 8 * i, 8);
    }
  }

  release(): void {
    this.#arena.release(this.#buffer);
  }
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
