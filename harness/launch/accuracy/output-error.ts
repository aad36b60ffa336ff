/**
 * How far one list of outputs is from another, gathered sample by sample.
 *
 * @module
 */

export interface OutputErrorFigures {
  readonly largest: number;
  readonly rms: number;
  /** Share of the variance of the expected outputs that is met, over all outputs together; null where they do not vary. */
  readonly r2: number | null;
}

export class OutputError {
  #largest = 0;
  #squares = 0;
  #count = 0;
  #samples = 0;
  /** Of the expected outputs, mean and sum of squared distances from it (Welford, Technometrics 4(3), 1962), output by output. */
  #means = new Float64Array(0);
  #variation = 0;

  /** Of one sample, in the same order and units. */
  add(found: Float64Array, expected: Float64Array): void {
    if (this.#samples === 0) this.#means = new Float64Array(expected.length);
    this.#samples++;
    for (const [index, value] of expected.entries()) {
      const error = Math.abs(found[index]! - value);
      this.#largest = Math.max(this.#largest, error);
      this.#squares += error ** 2;
      this.#count++;
      const before = value - this.#means[index]!;
      this.#means[index]! += before / this.#samples;
      this.#variation += before * (value - this.#means[index]!);
    }
  }

  /** null where nothing was added, or what was is no number. */
  figures(): OutputErrorFigures | null {
    if (this.#count === 0 || !Number.isFinite(this.#squares) || !Number.isFinite(this.#variation)) return null;
    const r2 = this.#variation > 0 ? 1 - this.#squares / this.#variation : null;
    return { largest: this.#largest, rms: Math.sqrt(this.#squares / this.#count), r2 };
  }
}
