/**
 * Whole numbers modulo t, nearest to zero, as words of 64 bits. Every batch of an integer scheme goes through here before it is encrypted,
 * a number a slot: numbers that a double holds become words without a bigint between.
 *
 * @module
 */
import type { Values } from '../circuit.ts';

const TWO_32 = 2 ** 32;

export class CentredIntegers {
  readonly #modulus: bigint;
  readonly #half: bigint;

  constructor(modulus: bigint) {
    this.#modulus = modulus;
    this.#half = modulus / 2n;
  }

  /** @throws RangeError for a fraction */
  one(value: number | bigint): bigint {
    const rest = BigInt(value) % this.#modulus;
    return rest > this.#half ? rest - this.#modulus : rest < -this.#half ? rest + this.#modulus : rest;
  }

  /**
   * As many numbers as there are values, at the front of `target`.
   * @throws RangeError for a fraction, and for more values than the target has room for
   * @example new CentredIntegers(17n).all(Float64Array.of(9, -9, 34), new BigInt64Array(4)) // -8n, 8n, 0n
   */
  all(values: Values, target: BigInt64Array<ArrayBuffer>): BigInt64Array {
    if (values.length > target.length) throw new RangeError(`${values.length} numbers for ${target.length} slots`);
    const part = target.subarray(0, values.length);
    if (values instanceof Float64Array && this.#modulus <= Number.MAX_SAFE_INTEGER) this.#doubles(values, part);
    else for (let i = 0; i < values.length; i++) part[i] = this.one(values[i]!);
    return part;
  }

  #doubles(values: Float64Array, target: BigInt64Array<ArrayBuffer>): void {
    const halves = new Int32Array(target.buffer, target.byteOffset, 2 * target.length);
    const [modulus, half] = [Number(this.#modulus), Number(this.#half)];
    for (let i = 0; i < values.length; i++) {
      let rest = values[i]!;
      if (!Number.isInteger(rest)) throw new RangeError(`${rest} in slot ${i} is no whole number`);
      if (rest > half || rest < -half) {
        rest %= modulus;
        if (rest > half) rest -= modulus;
        else if (rest < -half) rest += modulus;
      }
      // The lower half is the number modulo 2^32; the upper half is rounded down, as two's complement requires.
      halves[2 * i] = rest;
      halves[2 * i + 1] = Math.floor(rest / TWO_32);
    }
  }
}
