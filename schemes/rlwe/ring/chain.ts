/**
 * The chain of primes of one parameter set in wasm memory, with what the operations share: constants, scratch, identifiers.
 *
 * @module
 */
import { Blake2b, parametersId } from '../kernel/blake2b.ts';
import { Bounds } from '../kernel/bound.ts';
import type { Kernel } from '../kernel/kernel-calls.ts';
import type { Arena } from '../kernel/memory.ts';
import { inverse } from '../numbers/modular-integers.ts';
import { BaseConversion } from './base-conversion.ts';
import type { Constant } from './ntt.ts';
import { Modulus, TransformModulus } from './ntt.ts';
import { createPrimes } from '../numbers/primes.ts';
import { galoisElement } from '../program/keys.ts';
import type { RlweParameters } from '../program/program.ts';
import { dataPrimeCount, digitCount } from '../program/special-primes.ts';
import { Ring } from './ring.ts';
import { Scratch } from './scratch.ts';
import { UniformExpander } from '../kernel/uniform.ts';
import type { Threads } from '../kernel/threads.ts';

export type RlweScheme = 'ckks' | 'bfv' | 'bgv';

/** Threads times rounds may be so much more than tasks: else threads would wait too long for the last. */
const MOST_IDLE = 1.15;

export interface ChainContents {
  readonly scheme: RlweScheme;
  readonly parameters: RlweParameters;
  /** Null for CKKS. */
  readonly plainModulus: bigint | null;
  readonly arena: Arena;
  readonly kernel: Kernel;
  /** Whether the ring checks every result. Slow, for tests. */
  readonly checking?: boolean;
  /** The threads that tasks run on; calls go to their kernel. */
  readonly threads?: Threads | null;
  /** A chain of the same primes, whose memory and tables are shared. */
  readonly like?: Chain | null;
}

export class Chain {
  readonly scheme: RlweScheme;
  readonly n: number;
  readonly arena: Arena;
  readonly kernel: Kernel;
  readonly ring: Ring;
  readonly scratch: Scratch;
  readonly blake: Blake2b;
  /** One for each window. */
  readonly uniform: readonly UniformExpander[];
  /** Data primes, first to last. */
  readonly data: readonly TransformModulus[];
  /** The primes of key switching; none where the set has one prime only. */
  readonly specials: readonly TransformModulus[];
  /** Null for CKKS. */
  readonly plain: Modulus | null;
  readonly #threads: Threads | null;
  /** By the first of the primes that numbers come from, and how many they are. */
  readonly #conversions = new Map<Modulus, BaseConversion[]>();
  /** Inverses of the special primes times another. */
  readonly #specialInverses = new Map<Modulus, Map<Modulus, Constant>>();
  readonly #ids = new Map<number, Uint8Array>();

  constructor({ scheme, parameters, plainModulus, arena, kernel, checking = false, threads = null, like = null }: ChainContents) {
    const { degree, modulus_bits } = parameters;
    const dataPrimes = dataPrimeCount(parameters);
    this.scheme = scheme;
    this.n = degree;
    this.arena = arena;
    this.kernel = kernel;
    this.ring = like?.ring ?? new Ring(degree, arena, kernel, new Bounds(), checking, threads ?? undefined);
    this.#threads = threads;
    this.scratch = like?.scratch ?? new Scratch(this.ring);
    this.blake = like?.blake ?? new Blake2b(arena, kernel);
    this.uniform = like?.uniform ?? Array.from({ length: this.windows }, () => new UniformExpander(arena, kernel));
    const moduli = like?.all ?? createPrimes(degree, modulus_bits).map((prime) => new TransformModulus(prime, degree, arena, kernel));
    this.specials = moduli.slice(dataPrimes);
    this.data = moduli.slice(0, dataPrimes);
    this.plain = plainModulus === null ? null : new Modulus(plainModulus, arena);
  }

  /** Tasks that `parallelMap` may run at the same time: each has a window of its own. */
  get windows(): number {
    return this.#threads?.windows ?? 1;
  }

  /**
   * `task` for each item, in any order and at the same time: none reads or writes what another writes, but for what belongs to its window.
   * What a task takes from scratch is gone when it ends. Tasks inside a task follow one another.
   */
  parallelMap<A, T>(items: readonly A[], task: (item: A, at: number, window: number) => T): T[] {
    const { scratch } = this;
    if (!this.isSpread) return items.map((item, at) => scratch.scoped(() => task(item, at, 0)));
    return this.#threads!.parallelMap(items, (item, at, window) => scratch.scopedToWindow(window, () => task(item, at, window)));
  }

  /** Whether `parallelMap` spreads tasks over several threads here. */
  get isSpread(): boolean {
    return this.#threads !== null && !this.#threads.isInTask;
  }

  /**
   * `parallelMap` for tasks that compute residue by residue, and permute only what was there before: cut into slices, so that few tasks
   * keep all threads busy.
   */
  parallelSlices<A>(items: readonly A[], task: (item: A, at: number) => void): void {
    const { scratch } = this;
    if (!this.isSpread) for (const [at, item] of items.entries()) scratch.scoped(() => task(item, at));
    else this.#threads!.parallelSlices(items, (item, at, window) => scratch.scopedToWindow(window, () => task(item, at)));
  }

  /** Lets other threads work ahead of this one: results can be looked at when it returns, not before. */
  deferred<T>(work: () => T): T {
    return this.#threads === null ? work() : this.#threads.deferred(work);
  }

  /**
   * The same for tasks that call `parallelMap` themselves. Where the items keep every thread busy, each is one task; where there are too
   * few, they follow one another and the parts of each are spread over the threads.
   */
  nestedParallelMap<A, T>(items: readonly A[], task: (item: A, at: number) => T): T[] {
    const count = this.#threads?.count ?? 1;
    const rounds = Math.ceil(items.length / count);
    if (rounds * count <= MOST_IDLE * items.length) return this.parallelMap(items, task);
    return items.map((item, at) => this.deferred(() => this.scratch.scoped(() => task(item, at))));
  }

  /** Data primes 0 to limbs - 1, then the special ones: the primes of a key switch at this level. */
  extended(limbs: number): readonly TransformModulus[] {
    return [...this.data.slice(0, limbs), ...this.specials];
  }

  /** From the special primes, whose product is P. @throws where the set has none: no program that switches keys compiles for it. */
  get special(): BaseConversion {
    if (this.specials.length === 0) throw new Error('a chain of one prime cannot switch keys');
    return this.conversionFrom(this.specials);
  }

  /** The digits that a key switch cuts a polynomial of so many data primes into: as many primes each as there are special ones. */
  digits(limbs: number): readonly BaseConversion[] {
    const size = this.special.from.length;
    return Array.from({ length: digitCount(limbs, size) }, (_, digit) =>
      this.conversionFrom(this.data.slice(digit * size, Math.min((digit + 1) * size, limbs))),
    );
  }

  /** From primes that follow one another in the chain. */
  conversionFrom(moduli: readonly Modulus[]): BaseConversion {
    const known = this.#conversions.get(moduli[0]!) ?? [];
    this.#conversions.set(moduli[0]!, known);
    return (known[moduli.length] ??= new BaseConversion(moduli));
  }

  /** All primes, the special ones last. */
  get all(): readonly TransformModulus[] {
    return [...this.data, ...this.specials];
  }

  /** The identifier that SEAL gives the level with that many data primes. */
  levelId(limbs: number): Uint8Array {
    return this.#id(this.data.slice(0, limbs));
  }

  /** The identifier of keys: of the whole chain. */
  keyId(): Uint8Array {
    return this.#id(this.all);
  }

  #id(moduli: readonly Modulus[]): Uint8Array {
    let id = this.#ids.get(moduli.length);
    if (id === undefined) {
      const primes = moduli.map(({ value }) => value);
      id = parametersId(this.blake, this.scheme, this.n, primes, this.plain?.value ?? 0n);
      this.#ids.set(moduli.length, id);
    }
    return id;
  }

  /** (P * divisor)^-1, P the product of the special primes. */
  inverseWithSpecial(divisor: Modulus, modulo: Modulus): Constant {
    const ofDivisor = this.#specialInverses.get(divisor) ?? new Map<Modulus, Constant>();
    this.#specialInverses.set(divisor, ofDivisor);
    const constant = ofDivisor.get(modulo) ?? modulo.constant(inverse(this.special.whole * divisor.value, modulo.value));
    ofDivisor.set(modulo, constant);
    return constant;
  }

  /** Galois element of a rotation by so many columns to the left; 0 exchanges the rows. */
  elementOf(by: number): number {
    return galoisElement(this.n, by);
  }
}
