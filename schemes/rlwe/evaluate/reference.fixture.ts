/**
 * What the tests and benches of this folder compare against: node-seal, and whole-number arithmetic. Never imported by anything but tests and
 * benches.
 *
 * @module
 */
import SEAL from 'node-seal';
import { Bounds } from '../kernel/bound.ts';
import type { RlweScheme } from '../ring/chain.ts';
import { Chain } from '../ring/chain.ts';
import type { Kernel } from '../kernel/kernel-calls.ts';
import { loadKernel } from '../kernel/kernel.ts';
import { Arena } from '../kernel/memory.ts';
import { positive } from '../numbers/modular-integers.ts';
import type { Modulus } from '../ring/ntt.ts';
import { TransformModulus } from '../ring/ntt.ts';
import type { Form, Residues } from '../ring/residues.ts';
import { Ring } from '../ring/ring.ts';

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
  const kernel = loadKernel(arena);
  return {
    arena,
    kernel,
    ring: new Ring(n, arena, kernel, bounds, checking),
    moduli: primes.map((p) => new TransformModulus(p, n, arena, kernel)),
  };
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

/** node-seal with fresh keys on one side, a chain of ours on the other. */
export interface Peers {
  readonly library: Library;
  readonly context: InstanceType<Library['SEALContext']>;
  readonly generator: InstanceType<Library['KeyGenerator']>;
  readonly encryptor: InstanceType<Library['Encryptor']>;
  readonly decryptor: InstanceType<Library['Decryptor']>;
  readonly evaluator: InstanceType<Library['Evaluator']>;
  readonly chain: Chain;
  /** Slots: numbers to a SEAL plaintext and back. */
  readonly encode: (values: Float64Array, scale: number) => Plain;
  readonly decode: (plain: Plain) => Float64Array;
  /** A ciphertext of SEAL as bytes, and back. */
  readonly save: (object: { saveToArray(mode: never): unknown }) => Uint8Array;
  readonly load: (bytes: Uint8Array) => InstanceType<Library['Ciphertext']>;
}

export type Plain = InstanceType<Library['Plaintext']>;

export async function createPeers(
  scheme: RlweScheme,
  degree: number,
  modulus_bits: readonly number[],
  plainBits = 20,
  checking = true,
): Promise<Peers> {
  const library = await seal();
  const parameters = new library.EncryptionParameters(library.SchemeType[scheme]);
  parameters.setPolyModulusDegree(degree);
  parameters.setCoeffModulus(library.CoeffModulus.Create(degree, Int32Array.from(modulus_bits)));
  const t = scheme === 'ckks' ? null : library.PlainModulus.Batching(degree, plainBits);
  if (t !== null) parameters.setPlainModulus(t);
  const context = new library.SEALContext(parameters, true, library.SecLevelType.none);
  const generator = new library.KeyGenerator(context);
  const secret = generator.secretKey();
  const arena = new Arena();
  const kernel = loadKernel(arena);
  const set = { id: 'insecure-test', degree, modulus_bits };
  const chain = new Chain({ scheme, parameters: set, plainModulus: t === null ? null : t.value(), arena, kernel, checking });
  const real = scheme === 'ckks' ? new library.CKKSEncoder(context) : null;
  const whole = scheme === 'ckks' ? null : new library.BatchEncoder(context);
  return {
    library,
    context,
    generator,
    encryptor: new library.Encryptor(context, generator.createPublicKey(), secret),
    decryptor: new library.Decryptor(context, secret),
    evaluator: new library.Evaluator(context),
    chain,
    encode(values, scale) {
      const plain = new library.Plaintext();
      if (real !== null) real.encode(values, scale, plain);
      else whole!.encode(BigInt64Array.from(values, BigInt), plain);
      return plain;
    },
    decode: (plain) =>
      real !== null
        ? (real.decodeFloat64(plain) as Float64Array)
        : Float64Array.from(whole!.decodeBigInt64(plain) as BigInt64Array, Number),
    save: (object) => object.saveToArray(library.ComprModeType.none as never) as Uint8Array,
    load(bytes) {
      const ciphertext = new library.Ciphertext();
      ciphertext.loadFromArray(context, bytes);
      return ciphertext;
    },
  };
}
