/**
 * The discrete Fourier transform between complex slots and coefficients, in double precision.
 *
 * A real polynomial in X^(N / 2n) with 2n coefficients is a vector c of n complex numbers: coefficient k is the real part, k + n the
 * imaginary part. Its slot k is its value at exp(pi i 5^k / 2n): at these points X^n is i, so that the slots are a linear function of c.
 * In log2(n) stages of butterflies (Cheon, Han, Kim, Kim, Song, "Bootstrapping for approximate homomorphic encryption", EUROCRYPT 2018).
 *
 * @module
 */
import { bitReverse } from '../numbers/modular-integers.ts';

/** As many numbers in each. */
export interface ComplexVector {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

export function zeroVector(length: number): ComplexVector {
  return { real: new Float64Array(length), imaginary: new Float64Array(length) };
}

/** Factors of the butterflies of one stage, on blocks of `length` slots: exp(pi i 5^j / 2 length) for j below length / 2. */
export function stageFactors(length: number): ComplexVector {
  const factors = zeroVector(length / 2);
  for (let j = 0, power = 1; j < length / 2; j++, power = (power * 5) % (4 * length)) {
    const angle = (Math.PI * power) / (2 * length);
    factors.real[j] = Math.cos(angle);
    factors.imaginary[j] = Math.sin(angle);
  }
  return factors;
}

/** The coefficients of the polynomial with these slots, of which there are a power of two. */
export function slotsToCoefficients({ real, imaginary }: ComplexVector): ComplexVector {
  const slots = real.length;
  const [a, b] = [real.slice(), imaginary.slice()];
  for (let length = slots; length > 1; length /= 2) {
    const half = length / 2;
    const factors = stageFactors(length);
    for (let block = 0; block < slots; block += length) {
      for (let j = 0; j < half; j++) {
        const [x, y] = [block + j, block + j + half];
        const [c, s] = [factors.real[j]!, factors.imaginary[j]!];
        const [differenceReal, differenceImaginary] = [a[x]! - a[y]!, b[x]! - b[y]!];
        a[x] = (a[x]! + a[y]!) / 2;
        b[x] = (b[x]! + b[y]!) / 2;
        // Times the conjugate of the factor.
        a[y] = (differenceReal * c + differenceImaginary * s) / 2;
        b[y] = (differenceImaginary * c - differenceReal * s) / 2;
      }
    }
  }
  return { real: bitReversed(a), imaginary: bitReversed(b) };
}

/** In the order that the stages leave numbers in. */
export function bitReversed(values: Float64Array): Float64Array {
  const bits = Math.log2(values.length);
  return values.map((_, at) => values[bitReverse(at, bits)]!);
}
