/**
 * Which registers are in use. Single ones are given out again; several at once are always new ones, so that they are neighbours.
 *
 * @module
 */
export class RegisterNumbers {
  readonly #free: number[] = [];
  /** Registers that were ever given out. */
  count = 0;

  get live(): number {
    return this.count - this.#free.length;
  }

  take(count: number): number {
    const again = count === 1 ? this.#free.pop() : undefined;
    if (again !== undefined) return again;
    this.count += count;
    return this.count - count;
  }

  give(first: number, count: number): void {
    for (let register = first + count - 1; register >= first; register--) this.#free.push(register);
  }
}
