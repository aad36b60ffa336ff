/**
 * Ownership of wasm objects: nothing of node-seal is collected by itself.
 *
 * @module
 */

interface Deletable {
  delete(): void;
}

/** Owns objects until they are freed one by one, or all at once on disposal. */
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

  /** Deletes an owned object; objects of others are left alone. */
  free(object: Deletable): void {
    if (this.#owned.delete(object)) object.delete();
  }

  /** Deletes in the reverse order of creation. */
  [Symbol.dispose](): void {
    for (const object of [...this.#owned].reverse()) object.delete();
    this.#owned.clear();
  }
}
