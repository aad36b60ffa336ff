/**
 * Short-lived polynomials: a stack of blocks that only grows, so that taking one costs next to nothing.
 *
 * @module
 */
import type { Modulus } from './ntt.ts';
import type { Ring } from './ring.ts';
import { Residues } from './ring.ts';

export class Scratch {
  readonly #ring: Ring;
  readonly #addresses: number[] = [];
  #used = 0;

  constructor(ring: Ring) {
    this.#ring = ring;
  }

  /** Everything that `work` takes is given back when it returns. */
  within<T>(work: () => T): T {
    const before = this.#used;
    try {
      return work();
    } finally {
      this.#used = before;
    }
  }

  /** One polynomial; only inside `within`. */
  take(modulus: Modulus): Residues {
    if (this.#used === this.#addresses.length) this.#addresses.push(this.#ring.arena.allocate(8 * this.#ring.n));
    return new Residues(this.#addresses[this.#used++]!, modulus);
  }

  takeEach(moduli: readonly Modulus[]): Residues[] {
    return moduli.map((modulus) => this.take(modulus));
  }
}
