/**
 * Short-lived polynomials: a stack of blocks that only grows, so that taking one costs next to nothing.
 *
 * @module
 */
import type { Modulus } from './ntt.ts';
import type { Ring } from './ring.ts';
import { Residues } from './residues.ts';

/** Addresses of polynomials, the first of which are taken. */
class Stack {
  readonly addresses: number[] = [];
  used = 0;
}

export class Scratch {
  readonly #ring: Ring;
  readonly #windows = new Map<number, Stack>();
  #stack = new Stack();

  constructor(ring: Ring) {
    this.#ring = ring;
  }

  /** Everything that `work` takes is given back when it returns. */
  scoped<T>(work: () => T): T {
    const stack = this.#stack;
    const before = stack.used;
    try {
      return work();
    } finally {
      stack.used = before;
    }
  }

  /** What `work` takes is the window's, apart from everything that others take. */
  scopedToWindow<T>(window: number, work: () => T): T {
    const before = this.#stack;
    this.#stack = this.#windows.get(window) ?? new Stack();
    this.#windows.set(window, this.#stack);
    try {
      return this.scoped(work);
    } finally {
      this.#stack = before;
    }
  }

  /** One polynomial; only inside `scoped`. */
  take(modulus: Modulus): Residues {
    const stack = this.#stack;
    if (stack.used === stack.addresses.length) stack.addresses.push(this.#ring.arena.allocate(8 * this.#ring.n));
    return new Residues(stack.addresses[stack.used++]!, modulus);
  }

  takeEach(moduli: readonly Modulus[]): Residues[] {
    return moduli.map((modulus) => this.take(modulus));
  }
}
