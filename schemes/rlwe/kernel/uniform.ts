/**
 * Uniform polynomials from public seeds, as SEAL's `Blake2xbPRNG` and `sample_poly_uniform` draw them.
 *
 * @module
 */
import { allocateState } from './blake2b.ts';
import type { Kernel } from './kernel-calls.ts';
import type { Arena } from './memory.ts';

export const SEED_BYTES = 64;
/** As in `assembly/uniform.ts`: chaining words, an input block, masks, constants, the message of all rounds, two buffers. */
const WORK_BYTES = 64 + 128 + 32 + 48 + 12 * 16 * 16 + 2 * 4096;

/** Where residues modulo a prime go: the address, and that of the modulus block. */
export interface UniformTarget {
  readonly address: number;
  readonly modulus: { readonly block: number };
}

export class UniformExpander {
  readonly #arena: Arena;
  readonly #kernel: Kernel;
  readonly #state: number;
  readonly #work: number;

  constructor(arena: Arena, kernel: Kernel) {
    this.#arena = arena;
    this.#kernel = kernel;
    this.#state = allocateState(arena);
    this.#work = arena.allocate(WORK_BYTES);
  }

  /** n residues for each target in turn, of the bound that `Bounds.word` gives. What one target gets depends on those before it. */
  expand(seed: Uint8Array, targets: readonly UniformTarget[], n: number): void {
    const call = this.#arena.allocate(SEED_BYTES + 8 * targets.length);
    const { u8, u32 } = this.#arena;
    u8.set(seed, call);
    const list = call + SEED_BYTES;
    for (const [at, { address, modulus }] of targets.entries()) {
      u32[list / 4 + 2 * at] = address;
      u32[list / 4 + 2 * at + 1] = modulus.block;
    }
    this.#kernel.expandUniform(this.#state, this.#work, call, list, targets.length, n);
    this.#arena.release(call);
  }
}
