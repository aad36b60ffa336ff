/**
 * Ownership of wasm objects: the garbage collector does not free objects of node-seal.
 *
 * @module
 */

interface Deletable {
  delete(): void;
}

/** Owns objects until all are freed at once, on disposal. */
export class Scope implements Disposable {
  readonly #owned = new Set<Deletable>();

  /** Objects alive. */
  get size(): number {
    return this.#owned.size;
  }

  own<T extends Deletable>(object: T): T {
    this.#owned.add(object);
    return object;
  }

  /** Deletes in the reverse order of creation. */
  [Symbol.dispose](): void {
    for (const object of [...this.#owned].reverse()) object.delete();
    this.#owned.clear();
  }
}

/** The result of `make`. Where it throws, everything in the scope is freed. */
export function madeIn<R>(scope: Scope, make: () => R): R {
  try {
    return make();
  } catch (error) {
    scope[Symbol.dispose]();
    throw error;
  }
}
