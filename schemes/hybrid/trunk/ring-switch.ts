/**
 * The switch at the evaluator: see `switching.ts`. It has the key's ciphertexts, and no secret.
 *
 * @module
 */
import { EnigmarkError } from '../../errors.ts';
import type { Residues } from '../../rlwe/ring/residues.ts';
import { innerProduct, type Term } from '../../rlwe/ring/sums.ts';
import type { RlweParameters } from '../../rlwe/program/program.ts';
import { torusWords } from '../extraction.ts';
import { packedInput_bytes, unpackInput } from '../input-wire.ts';
import type { InputRing } from '../parameters.ts';
import type { RingWorkspace } from '../ring-reader.ts';
import { DIGIT_BITS, DIGITS, partCount, switchingKey_bytes } from './switching.ts';

/** Coefficients of a ciphertext modulo one prime, in any range that doubles hold exactly. */
export interface SwitchedCiphertext {
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly prime: number;
}

/** Ciphertexts of a switching key, and room for the digits that they are multiplied by. */
export class RingSwitch {
  readonly #workspace: RingWorkspace;
  readonly #parts: number;
  /** By digit, then by part. */
  readonly #terms: readonly Term[];
  readonly #sum: { readonly first: Residues; readonly second: Residues };

  /** @throws EnigmarkError KEY_DAMAGED */
  constructor(trunk: RlweParameters, inputRing: InputRing, workspace: RingWorkspace, key: Uint8Array) {
    const { ring, modulus, arena, uniform } = workspace;
    const expected_bytes = switchingKey_bytes(trunk, inputRing);
    if (key.length !== expected_bytes) throw damaged(`${expected_bytes} bytes`, `${key.length}`);
    this.#workspace = workspace;
    this.#parts = partCount(trunk, inputRing);
    this.#sum = { first: ring.allocate(modulus), second: ring.allocate(modulus) };
    const size = packedInput_bytes(inputRing);
    this.#terms = Array.from({ length: DIGITS * this.#parts }, (_, at): Term => {
      const { seed, residues } = unpacked(key.subarray(at * size, (at + 1) * size), inputRing);
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

  /** Memory of the switch and its ring. */
  get reserved_bytes(): number {
    return this.#workspace.arena.size_bytes;
  }

  /** Mask and body of a ciphertext of TFHE that holds the constant coefficient. */
  apply({ first, second, prime }: SwitchedCiphertext): BigUint64Array {
    const { ring, arena, modulus } = this.#workspace;
    this.#writeDigits(second, prime);
    innerProduct(ring, this.#terms, this.#sum, false);
    ring.inverse(this.#sum.first, this.#sum.first);
    ring.inverse(this.#sum.second, this.#sum.second);
    const { n } = ring;
    const [body, mask] = [this.#sum.first.address / 8, this.#sum.second.address / 8];
    // Coefficient 0 of (b, a) has the mask -a[0], a[n - 1], ..., a[1]: see `extraction.ts`, where signs are those of the words.
    const ordered = new Float64Array(n + 1);
    ordered[0] = -arena.f64[mask]!;
    for (let at = 1; at < n; at++) ordered[at] = arena.f64[mask + n - at]!;
    ordered[n] = arena.f64[body]!;
    const words = torusWords(ordered, modulus.p);
    words[n] = words[n]! + torusWords(Float64Array.of(first[0]!), prime)[0]!;
    return words;
  }

  /** Digits of all coefficients, nearest to zero, each part in its polynomial. */
  #writeDigits(coefficients: Float64Array, prime: number): void {
    const { ring } = this.#workspace;
    const parts = this.#parts;
    const units = 2 ** 32 / prime;
    const digits = this.#terms.map(() => new Float64Array(ring.n));
    for (let at = 0; at < coefficients.length; at++) {
      const [part, index] = [at % parts, Math.floor(at / parts)];
      // The torus is 2^32 units round: whole numbers of 32 bits wrap as it does.
      const torus = Math.round(coefficients[at]! * units) | 0;
      const upper = (torus + 2 ** (DIGIT_BITS - 1)) >> DIGIT_BITS;
      digits[part]![index] = upper;
      digits[parts + part]![index] = (torus - (upper << DIGIT_BITS)) | 0;
    }
    for (const [at, { digit }] of this.#terms.entries()) {
      ring.set(digit, digits[at]!, 'coefficients');
      ring.forward(digit, digit);
      ring.reduce(digit);
    }
  }
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
