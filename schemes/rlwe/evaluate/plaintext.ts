/**
 * Plaintext operands in wasm memory, and sums of them and ciphertexts.
 *
 * @module
 */
import type { Values } from '../../circuit.ts';
import type { Chain } from '../ring/chain.ts';
import type { Ciphertext } from '../ring/ciphertext.ts';
import { allocatePolynomials, limbsOf } from '../ring/ciphertext.ts';
import { IntegerEncoder } from './encode-integer.ts';
import { RealEncoder } from './encode-real.ts';
import { centred, positive, product } from '../numbers/modular-integers.ts';
import type { TransformModulus } from '../ring/ntt.ts';
import type { Residues } from '../ring/residues.ts';

/** A factor or addend in transform form modulo the data primes of a level; with `extended`, the special primes last. */
export type Plaintext = readonly Residues[];

/** Base of the digits that coefficients are split into, so that each is exact. */
const SPLIT = 2 ** 40;
/** The highest digit is below it. */
const EXACT = 2 ** 52;

/** Encodes operands of one chain. Plaintexts live until they are released. */
export class Encoder {
  readonly #chain: Chain;
  readonly #real: RealEncoder | null;
  readonly #integer: IntegerEncoder | null;

  constructor(chain: Chain) {
    this.#chain = chain;
    this.#real = chain.scheme === 'ckks' ? new RealEncoder(chain.n) : null;
    this.#integer = chain.scheme === 'ckks' ? null : new IntegerEncoder(chain);
  }

  /** One number per slot, to multiply by. */
  factor(values: Values, scale: number | null, moduli: readonly TransformModulus[]): Plaintext {
    return this.factorOf(this.#coefficients(values, scale), moduli);
  }

  /** Whole coefficients, however large, as a factor. */
  factorOf(coefficients: Float64Array, moduli: readonly TransformModulus[]): Plaintext {
    const digits = digitsOf(coefficients);
    return moduli.map((modulus) => this.#residues(digits, modulus));
  }

  /** One number per slot, to add to a ciphertext of this correction factor. */
  addend(values: Values, scale: number | null, limbs: number, correction: bigint): Plaintext {
    return this.#addendOf(this.#coefficients(values, scale), limbs, correction);
  }

  /** The same number in every slot, to add: the constant coefficient, modulo the data primes of a level. */
  constantAddend(value: number | bigint, scale: number | null, limbs: number, correction: bigint): bigint {
    if (this.#real !== null) return BigInt(Math.round(Number(value) * scale!));
    const t = this.#chain.plain!.value;
    if (this.#chain.scheme === 'bgv') return centred(BigInt(value) * correction, t);
    return scaledUp(centred(BigInt(value), t), product(this.#chain.data.slice(0, limbs).map((modulus) => modulus.value)), t);
  }

  /** A constant factor: the whole number that the ciphertext is multiplied by. */
  constantFactor(value: number, scale: number | null): bigint {
    return this.#real === null ? centred(BigInt(value), this.#chain.plain!.value) : BigInt(Math.round(value * scale!));
  }

  #coefficients(values: Values, scale: number | null): Float64Array {
    if (this.#real !== null) return this.#real.encode(values instanceof Float64Array ? values : Float64Array.from(values, Number), scale!);
    return this.#integer!.encode(values);
  }

  #addendOf(coefficients: Float64Array, limbs: number, correction: bigint): Plaintext {
    const moduli = this.#chain.data.slice(0, limbs);
    const t = this.#chain.plain?.value;
    if (this.#chain.scheme === 'bfv') return scaledUpEach(coefficients, moduli, t!).map((part, j) => this.#place(part, moduli[j]!));
    // BGV's ciphertext decrypts to correction * message.
    const corrected = correction === 1n ? coefficients : coefficients.map((x) => Number(centred(BigInt(x) * correction, t!)));
    return this.factorOf(corrected, moduli);
  }

  #place(coefficients: Float64Array, modulus: TransformModulus): Residues {
    const residues = this.#chain.ring.allocate(modulus);
    this.#chain.ring.set(residues, coefficients, 'coefficients');
    return residues;
  }

  #residues([highest, ...lower]: readonly Float64Array[], modulus: TransformModulus): Residues {
    const { ring, scratch } = this.#chain;
    const residues = ring.allocate(modulus);
    ring.set(residues, highest!, 'coefficients');
    for (const digit of lower) {
      scratch.scoped(() => {
        const [upper, added] = [scratch.take(modulus), scratch.take(modulus)];
        ring.reduce(residues);
        ring.copy(residues, upper);
        ring.set(added, digit, 'coefficients');
        ring.addMultiple(added, upper, modulus.constant(BigInt(SPLIT)), residues);
      });
    }
    ring.forward(residues, residues);
    ring.reduce(residues);
    return residues;
  }
}

/** Whole numbers, which doubles may hold far beyond 2^53, as digits of base `SPLIT`, the highest first; at least two. */
function digitsOf(coefficients: Float64Array): readonly Float64Array[] {
  const digits: Float64Array[] = [];
  for (let rest = coefficients; ;) {
    const high = rest.map((x) => Math.round(x / SPLIT));
    digits.unshift(rest.map((x, i) => x - high[i]! * SPLIT));
    if (high.every((x) => Math.abs(x) < EXACT)) return [high, ...digits];
    rest = high;
  }
}

/** BFV: round(q m / t), for centred m. */
function scaledUp(m: bigint, q: bigint, t: bigint): bigint {
  const numerator = q * m + t / 2n;
  return (numerator - positive(numerator, t)) / t;
}

/** BFV: round(q m / t) modulo each prime, for centred m. */
function scaledUpEach(coefficients: Float64Array, moduli: readonly TransformModulus[], t: bigint): Float64Array[] {
  const q = product(moduli.map(({ value }) => value));
  const parts = moduli.map(() => new Float64Array(coefficients.length));
  for (const [i, m] of coefficients.entries()) {
    if (m === 0) continue;
    const rounded = scaledUp(BigInt(m), q, t);
    for (const [j, { value }] of moduli.entries()) parts[j]![i] = Number(centred(rounded, value));
  }
  return parts;
}

/** The ciphertext plus a plaintext. */
export function addPlain(chain: Chain, ciphertext: Ciphertext, plain: Plaintext): Ciphertext {
  const polynomials = allocatePolynomials(chain, limbsOf(ciphertext), ciphertext.polynomials.length);
  for (const [index, target] of polynomials.entries()) {
    for (const [j, residues] of target.entries()) {
      const source = ciphertext.polynomials[index]![j]!;
      if (index === 0) chain.ring.add(source, plain[j]!, residues);
      else chain.ring.copy(source, residues);
    }
  }
  return { ...ciphertext, polynomials };
}
