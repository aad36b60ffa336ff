/**
 * Numbers outside of wasm memory, which ends at 4 GiB: keys of gigabytes lie here, and every thread copies in what it needs next. One thread
 * writes, before others read.
 *
 * @module
 */

/** Numbers in a buffer of 1 GiB: a multiple of the degree of every ring, so that no polynomial lies in two. */
const BUFFER_NUMBERS = 2 ** 27;

export class OutsideMemory {
  /** What other threads are given. */
  readonly buffers: readonly SharedArrayBuffer[];
  readonly #numbers: readonly Float64Array[];
  readonly #size: number;
  #used = 0;

  constructor(buffers: readonly SharedArrayBuffer[]) {
    this.buffers = buffers;
    this.#numbers = buffers.map((buffer) => new Float64Array(buffer));
    this.#size = this.#numbers.reduce((sum, { length }) => sum + length, 0);
  }

  /** Room for as many numbers as need so many bytes. Nothing is taken from the system before it is written to. */
  static ofSize(bytes: number): OutsideMemory {
    const numbers = Math.ceil(bytes / 8);
    const lengths = Array.from({ length: Math.ceil(numbers / BUFFER_NUMBERS) }, (_, at) =>
      Math.min(BUFFER_NUMBERS, numbers - at * BUFFER_NUMBERS),
    );
    return new OutsideMemory(lengths.map((length) => new SharedArrayBuffer(8 * length)));
  }

  get used_bytes(): number {
    return 8 * this.#used;
  }

  /** Keeps a copy. All copies have one length, a power of two. Returns where it begins; null: there is no more room. */
  put(numbers: Float64Array): number | null {
    const at = this.#used;
    if (at + numbers.length > this.#size) return null;
    this.#numbers[Math.floor(at / BUFFER_NUMBERS)]!.set(numbers, at % BUFFER_NUMBERS);
    this.#used += numbers.length;
    return at;
  }

  /** Numbers from `at` on, to the whole of a target. */
  copy(at: number, target: Float64Array): void {
    const first = at % BUFFER_NUMBERS;
    target.set(this.#numbers[Math.floor(at / BUFFER_NUMBERS)]!.subarray(first, first + target.length));
  }
}
