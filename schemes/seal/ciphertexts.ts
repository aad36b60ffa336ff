/**
 * Ciphertext objects, handed out and taken back. A few are kept for the next result: SEAL then writes into memory that is
 * already there, where a new object would be allocated and cleared first.
 *
 * @module
 */
import type { Ciphertext } from 'node-seal/allows';
import type { EvaluatorLibrary } from './runtime.ts';

/** The most spare objects that are kept. Of a wide bundle that is freed at once, the others' memory is given back. */
const MOST_SPARE = 8;

export class Ciphertexts implements Disposable {
  readonly #library: EvaluatorLibrary;
  readonly #used = new Set<Ciphertext>();
  readonly #spare: Ciphertext[] = [];

  constructor(library: EvaluatorLibrary) {
    this.#library = library;
  }

  /** Objects handed out. */
  get size(): number {
    return this.#used.size;
  }

  /** An object with any content, to be overwritten. */
  take(): Ciphertext {
    return this.own(this.#spare.pop() ?? new this.#library.Ciphertext());
  }

  own(ciphertext: Ciphertext): Ciphertext {
    this.#used.add(ciphertext);
    return ciphertext;
  }

  giveBack(ciphertext: Ciphertext): void {
    if (!this.#used.delete(ciphertext)) return;
    if (this.#spare.length < MOST_SPARE) this.#spare.push(ciphertext);
    else ciphertext.delete();
  }

  [Symbol.dispose](): void {
    for (const ciphertext of [...this.#used, ...this.#spare]) ciphertext.delete();
    this.#used.clear();
    this.#spare.length = 0;
  }
}
