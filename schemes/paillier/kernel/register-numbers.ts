/**
 * Which registers are in use. Neighbours that were taken together are given back together, and out again to who takes as many.
 *
 * @module
 */
export class RegisterNumbers {
  /** First registers of those given back, by their count. */
  readonly #free = new Map<number, number[]>();
  /** Registers that were ever given out. */
  count = 0;
  live = 0;

  take(count: number): number {
    this.live += count;
    const again = this.#free.get(count)?.pop();
    if (again !== undefined) return again;
    this.count += count;
    return this.count - count;
  }

  give(first: number, count: number): void {
    this.live -= count;
    const free = this.#free.get(count);
    if (free === undefined) this.#free.set(count, [first]);
    else free.push(first);
  }
}
