/**
 * Keys that a polynomial is multiplied by digit by digit: ciphertexts under TFHE's secret, each of which holds a multiple of some polynomial by
 * the unit of a digit.
 *
 * @module
 */
import { EnigmarkError } from '../errors.ts';
import type { Residues } from '../rlwe/ring/residues.ts';
import { innerProduct, type Term } from '../rlwe/ring/sums.ts';
import { packedInput_bytes, unpackInput } from './input-wire.ts';
import type { InputRing } from './parameters.ts';
import type { RingWorkspace } from './ring-reader.ts';

/** Both polynomials of a ciphertext, coefficient by coefficient, in any range that doubles hold exactly. */
export interface CiphertextCoefficients {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

const TORUS_BITS = 32;

/**
 * Whole digits of one number on the torus, the most significant first: the sum of digit * 2^(bits * (count - 1 - at)) is the number, in units
 * of 2^-32, up to whole turns. All but the first lie from -2^(bits - 1) to 2^(bits - 1) - 1, and so does that one where count * bits is 32.
 */
export function writeDigits(torus: number, index: number, digits: readonly Float64Array[], bits: number): void {
  let rest = torus | 0;
  for (let at = digits.length - 1; at > 0; at--) {
    const digit = (rest << (TORUS_BITS - bits)) >> (TORUS_BITS - bits);
    digits[at]![index] = digit;
    rest = (rest - digit) >> bits;
  }
  digits[0]![index] = rest;
}

export class DigitKey {
  readonly #workspace: RingWorkspace;
  readonly #terms: readonly Term[];
  readonly #sum: { readonly first: Residues; readonly second: Residues };

  /** @param bytes Of whole ciphertexts, one behind the other. @throws EnigmarkError KEY_DAMAGED */
  constructor(inputRing: InputRing, workspace: RingWorkspace, bytes: Uint8Array) {
    const { ring, modulus, arena, uniform } = workspace;
    const size = packedInput_bytes(inputRing);
    this.#workspace = workspace;
    this.#sum = { first: ring.allocate(modulus), second: ring.allocate(modulus) };
    this.#terms = Array.from({ length: bytes.length / size }, (_, at): Term => {
      const { seed, residues } = unpacked(bytes.subarray(at * size, (at + 1) * size), inputRing);
      const term = { digit: ring.allocate(modulus), first: ring.allocate(modulus), second: ring.allocate(modulus) };
      uniform.expand(seed, [term.second], ring.n);
      const drawn = arena.f64.slice(term.second.address / 8, term.second.address / 8 + ring.n);
      for (const [target, values] of [
        [term.first, residues],
        [term.second, drawn],
      ] as const) {
        ring.set(target, values, 'coefficients');
        ring.reduce(target);
        ring.forward(target, target);
        ring.reduce(target);
      }
      return term;
    });
  }

  /** The sum of digits times ciphertexts. @param digits A polynomial for each. */
  multiply(digits: readonly Float64Array[]): CiphertextCoefficients {
    const { ring } = this.#workspace;
    for (const [at, { digit }] of this.#terms.entries()) {
      ring.set(digit, digits[at]!, 'coefficients');
      ring.forward(digit, digit);
      ring.reduce(digit);
    }
    innerProduct(ring, this.#terms, this.#sum, false);
    return { first: this.#read(this.#sum.first), second: this.#read(this.#sum.second) };
  }

  #read(residues: Residues): Float64Array {
    const { ring, arena } = this.#workspace;
    ring.inverse(residues, residues);
    return arena.f64.slice(residues.address / 8, residues.address / 8 + ring.n);
  }
}

/** @throws EnigmarkError KEY_DAMAGED for a key of another length */
export function expectKeyLength(bytes: Uint8Array, expected_bytes: number): void {
  if (bytes.length !== expected_bytes) throw damaged(`${expected_bytes} bytes`, `${bytes.length}`);
}

function unpacked(payload: Uint8Array, ring: InputRing): ReturnType<typeof unpackInput> {
  try {
    return unpackInput(payload, ring);
  } catch (cause) {
    if (!(cause instanceof EnigmarkError)) throw cause;
    throw damaged(cause.expected, cause.got);
  }
}

function damaged(expected: string, got: string): EnigmarkError {
  return new EnigmarkError('KEY_DAMAGED', { expected, got, remedy: 'send the key again, unchanged' });
}
