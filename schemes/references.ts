/**
 * Shared ownership of ciphertexts: one object may stand in several bundles (`pick`, an output that is also an input).
 *
 * @module
 */

/** Counts who uses an object and frees it with the last. Objects it was never given are left alone. */
export class References<C extends object> {
  readonly #uses = new Map<C, number>();
  readonly #free: (object: C) => void;

  constructor(free: (object: C) => void) {
    this.#free = free;
  }

  /** Objects alive. */
  get size(): number {
    return this.#uses.size;
  }

  alive(): Iterable<C> {
    return this.#uses.keys();
  }

  retain(object: C): C {
    this.#uses.set(object, (this.#uses.get(object) ?? 0) + 1);
    return object;
  }

  release(object: C): void {
    const uses = this.#uses.get(object);
    if (uses === undefined) return;
    if (uses > 1) {
      this.#uses.set(object, uses - 1);
    } else {
      this.#uses.delete(object);
      this.#free(object);
    }
  }

  /** Frees everything, whoever uses it. */
  clear(): void {
    const objects = [...this.#uses.keys()];
    // What is freed may release others, which are none of anybody's by now.
    this.#uses.clear();
    for (const object of objects) this.#free(object);
  }
}
