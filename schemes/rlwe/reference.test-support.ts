/**
 * What the tests of this folder compare against: node-seal, and whole-number arithmetic. Never imported by anything but tests and
 * benches.
 *
 * @module
 */
import SEAL from 'node-seal';
import { Bounds } from './bound.ts';
import type { Kernel } from './kernel.ts';
import { loadKernel } from './kernel.ts';
import { Arena } from './memory.ts';
import { positive } from './modular-integers.ts';
import { Modulus } from './ntt.ts';
import type { Form, Residues } from './ring.ts';
import { Ring } from './ring.ts';

export type Library = Awaited<ReturnType<typeof SEAL>>;

let library: Promise<Library> | undefined;

export function seal(): Promise<Library> {
  library ??= SEAL();
  return library;
}

/** The primes that SEAL takes for these bits. */
export async function sealPrimes(n: number, bits: readonly number[]): Promise<bigint[]> {
  const chain = (await seal()).CoeffModulus.Create(n, Int32Array.from(bits));
  return bits.map((_, at) => chain.get(at)!.value());
}

export interface Bench {
  readonly arena: Arena;
  readonly kernel: Kernel;
  readonly ring: Ring;
  readonly moduli: readonly Modulus[];
}

export async function createRing(n: number, primes: readonly bigint[], bounds = new Bounds(), checking = true): Promise<Bench> {
  const arena = new Arena();
  const kernel = await loadKernel(arena);
  return { arena, kernel, ring: new Ring(n, arena, kernel, bounds, checking), moduli: primes.map((p) => new Modulus(p, n, arena, kernel)) };
}

/** Small deterministic generator (mulberry32): whole numbers below 2^32. */
export function randomSource(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

/** Patterns that drive sums to their bounds, and random ones: whole numbers with |x| <= largest. */
export const PATTERNS = ['plus', 'minus', 'alternating', 'pairs', 'halves', 'random', 'random signs'] as const;

export function pattern(name: (typeof PATTERNS)[number], n: number, largest: number, random: () => number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    switch (name) {
      case 'plus':
        return largest;
      case 'minus':
        return -largest;
      case 'alternating':
        return i % 2 === 0 ? largest : -largest;
      case 'pairs':
        return i % 4 < 2 ? largest : -largest;
      case 'halves':
        return i < n / 2 ? largest : -largest;
      case 'random':
        return Math.round((random() / 2 ** 31 - 1) * largest);
      case 'random signs':
        return random() % 2 === 0 ? largest : -largest;
    }
  });
}

/** Residues with these values, whose bound is theirs. */
export function residuesOf(bench: Bench, modulus: Modulus, values: Float64Array, form: Form): Residues {
  const residues = bench.ring.allocate(modulus);
  bench.ring.set(residues, values, form);
  return residues;
}

/** What an f64 polynomial says modulo p. */
export function canonical(bench: Bench, residues: Residues): bigint[] {
  const values = bench.arena.f64.subarray(residues.address / 8, residues.address / 8 + bench.ring.n);
  return Array.from(values, (x) => positive(BigInt(x), residues.modulus.value));
}
