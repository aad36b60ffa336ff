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
import type { Constant } from './ntt.ts';
import { Modulus, TransformModulus } from './ntt.ts';
import { createPrimes } from '../numbers/primes.ts';
import { galoisElement } from '../program/keys.ts';
import type { RlweParameters } from '../program/program.ts';
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
  /** The prime of key switching; absent where the set has one prime only. */
  readonly special: TransformModulus | null;
  /** Null for CKKS. */
  readonly plain: Modulus | null;
  readonly #threads: Threads | null;
  readonly #residues = new Constants();
  readonly #inverses = new Constants();
  /** Inverses of the special prime times another. */
  readonly #specialInverses = new Constants();
  readonly #ids = new Map<number, Uint8Array>();

  constructor({ scheme, parameters, plainModulus, arena, kernel, checking = false, threads = null, like = null }: ChainContents) {
    const { degree, modulus_bits } = parameters;
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
    this.special = moduli.length > 1 ? moduli[moduli.length - 1]! : null;
    this.data = moduli.length > 1 ? moduli.slice(0, -1) : moduli;
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
    if (this.#threads === null || this.#threads.isDeferred || items.length < 2) {
      return items.map((item, at) => scratch.scoped(() => task(item, at, 0)));
    }
    return this.#threads.parallelMap(items, (item, at, window) => scratch.scopedToWindow(window, () => task(item, at, window)));
  }

  /**
   * The same for tasks that call `parallelMap` themselves. Where the items keep every thread busy, each is one task; where there are too
   * few, they follow one another and the parts of each are spread over the threads.
   */
  nestedParallelMap<A, T>(items: readonly A[], task: (item: A, at: number) => T): T[] {
    const count = this.#threads?.count ?? 1;
    const rounds = Math.ceil(items.length / count);
    if (rounds * count <= MOST_IDLE * items.length) return this.parallelMap(items, task);
    return items.map((item, at) => this.scratch.scoped(() => task(item, at)));
  }

  /** Data primes 0 to limbs - 1, then the special one: the primes of a key switch at this level. */
  extended(limbs: number): readonly TransformModulus[] {
    return [...this.data.slice(0, limbs), this.specialPrime];
  }

  /** The special prime. @throws where the set has none: no program that switches keys compiles for it. */
  get specialPrime(): TransformModulus {
    if (this.special === null) throw new Error('a chain of one prime cannot switch keys');
    return this.special;
  }

  /** All primes, the special one last. */
  get all(): readonly TransformModulus[] {
    return this.special === null ? this.data : [...this.data, this.special];
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

  /** divisor^-1 modulo another prime. */
  inverseOf(divisor: Modulus, modulo: Modulus): Constant {
    return this.#inverses.of(divisor, modulo, () => inverse(divisor.value, modulo.value));
  }

  /** (P * divisor)^-1, P the special prime. */
  inverseWithSpecial(divisor: Modulus, modulo: Modulus): Constant {
    return this.#specialInverses.of(divisor, modulo, () => inverse(this.specialPrime.value * divisor.value, modulo.value));
  }

  /** A prime modulo another. */
  residueOf(value: Modulus, modulo: Modulus): Constant {
    return this.#residues.of(value, modulo, () => value.value);
  }

  /** Galois element of a rotation by so many columns to the left; 0 exchanges the rows. */
  elementOf(by: number): number {
    return galoisElement(this.n, by);
  }
}

/** Constants that depend on a prime and are modulo another, made once. */
class Constants {
  readonly #known = new Map<Modulus, Map<Modulus, Constant>>();

  of(prime: Modulus, modulo: Modulus, value: () => bigint): Constant {
    const known = this.#known.get(prime)?.get(modulo);
    if (known !== undefined) return known;
    const constant = modulo.constant(value());
    const ofPrime = this.#known.get(prime) ?? new Map<Modulus, Constant>();
    this.#known.set(prime, ofPrime.set(modulo, constant));
    return constant;
  }
}
