/**
 * Real slots to polynomial coefficients: CKKS's canonical embedding in SEAL's slot order, where slot i is the value at
 * exp(pi i 3^i / n) (Cheon, Kim, Kim, Song, ASIACRYPT 2017, section 3.3).
 *
 * @module
 */
import { bitReverse } from '../numbers/modular-integers.ts';

export class RealEncoder {
  readonly #n: number;
  /** Slot i goes to values slotAt[i] and, conjugate, conjugateAt[i], in bit-reversed order of exponents. */
  readonly #slotAt: Uint32Array;
  readonly #conjugateAt: Uint32Array;
  /** exp(-pi i bitReverse(k) / n): inverse twiddles in the order of the transforms modulo primes. */
  readonly #cosine: Float64Array;
  readonly #sine: Float64Array;

  constructor(n: number) {
    this.#n = n;
    const bits = Math.log2(n);
    this.#slotAt = new Uint32Array(n / 2);
    this.#conjugateAt = new Uint32Array(n / 2);
    let exponent = 1;
    for (let slot = 0; slot < n / 2; slot++) {
      this.#slotAt[slot] = bitReverse((exponent - 1) / 2, bits);
      this.#conjugateAt[slot] = bitReverse((2 * n - exponent - 1) / 2, bits);
      exponent = (exponent * 3) % (2 * n);
    }
    this.#cosine = new Float64Array(n);
    this.#sine = new Float64Array(n);
    for (let k = 0; k < n; k++) {
      const angle = (-Math.PI * bitReverse(k, bits)) / n;
      this.#cosine[k] = Math.cos(angle);
      this.#sine[k] = Math.sin(angle);
    }
  }

  /** Coefficients times `scale`, rounded to whole numbers; missing slots are zero. */
  encode(values: Float64Array, scale: number): Float64Array {
    const n = this.#n;
    const real = new Float64Array(n);
    const imaginary = new Float64Array(n);
    values.forEach((value, slot) => {
      real[this.#slotAt[slot]!] = value;
      real[this.#conjugateAt[slot]!] = value;
    });
    for (let m = n / 2, half = 1; m >= 1; m /= 2, half *= 2) {
      for (let block = 0; block < m; block++) {
        const c = this.#cosine[m + block]!;
        const s = this.#sine[m + block]!;
        const end = 2 * block * half + half;
        for (let x = 2 * block * half; x < end; x++) {
          const y = x + half;
          const [differenceReal, differenceImaginary] = [real[x]! - real[y]!, imaginary[x]! - imaginary[y]!];
          real[x]! += real[y]!;
          imaginary[x]! += imaginary[y]!;
          real[y] = differenceReal * c - differenceImaginary * s;
          imaginary[y] = differenceReal * s + differenceImaginary * c;
        }
      }
    }
    // Slots are real and come with their conjugates, so the coefficients are real.
    return real.map((coefficient) => Math.round((coefficient / n) * scale));
  }
}
