/**
 * Packing at the evaluator: see `packing.ts`. It has the keys' ciphertexts, and no secret.
 *
 * @module
 */
import { bitReverse, inverse } from '../../rlwe/numbers/modular-integers.ts';
import { openKey } from '../../rlwe/wire/key-parts.ts';
import type { Compiled, KeyPart } from '../../scheme.ts';
import { DigitKey, expectKeyLength, writeDigits, type CiphertextCoefficients } from '../digit-key.ts';
import { packedInput_bytes, packPolynomials } from '../input-wire.ts';
import type { InputRing } from '../parameters.ts';
import type { RingWorkspace } from '../ring-reader.ts';
import { DIGIT_BITS, DIGITS, elementsOf, PACKING_KEY, packingKey_bytes } from './packing.ts';

const TORUS_UNITS = 2 ** 32;

/** Of a plan that has the key; none of others. @throws EnigmarkError KEYS_INCOMPLETE, KEY_DAMAGED */
export function resultPacker(
  compiled: Compiled,
  keys: readonly KeyPart[],
  ring: InputRing,
  workspace: RingWorkspace,
): { readonly pack?: (results: readonly BigUint64Array[]) => Uint8Array } {
  if (!compiled.client.keys.includes(PACKING_KEY)) return {};
  const packer = new ResultPacker(ring, workspace, openKey(compiled, keys, PACKING_KEY, 0));
  return { pack: (results) => packer.pack(results) };
}

export class ResultPacker {
  readonly #ring: InputRing;
  readonly #workspace: RingWorkspace;
  readonly #prime: number;
  /** By automorphism. */
  readonly #keys: ReadonlyMap<number, DigitKey>;

  /** @throws EnigmarkError KEY_DAMAGED */
  constructor(ring: InputRing, workspace: RingWorkspace, key: Uint8Array) {
    expectKeyLength(key, packingKey_bytes(ring));
    const size = DIGITS * packedInput_bytes(ring);
    this.#ring = ring;
    this.#workspace = workspace;
    this.#prime = Number(ring.prime);
    this.#keys = new Map(
      elementsOf(ring).map((element, at) => [element, new DigitKey(ring, workspace, key.subarray(at * size, (at + 1) * size))]),
    );
  }

  /** A payload of all values, at most as many as the ring has coefficients. @param values Mask and body of each. */
  pack(values: readonly BigUint64Array[]): Uint8Array {
    const { degree } = this.#ring;
    const bits = Math.ceil(Math.log2(values.length));
    // Value v comes out at the coefficient whose number is that of v with its bits reversed, however many there are.
    const embedded = Array.from({ length: 2 ** bits }, (_, at) => {
      const value = values[bitReverse(at, bits)];
      return value === undefined ? null : this.#embedded(value);
    });
    let packed = this.#packed(embedded)!;
    for (let size = 2 * embedded.length; size <= degree; size *= 2) packed = added(packed, this.#image(packed, size + 1), this.#prime);
    return packPolynomials([packed.first, packed.second], this.#ring);
  }

  /** Of ciphertexts at equal distances; null: all of them are zero. */
  #packed(ciphertexts: readonly (CiphertextCoefficients | null)[]): CiphertextCoefficients | null {
    const size = ciphertexts.length;
    if (size === 1) return ciphertexts[0]!;
    const even = this.#packed(ciphertexts.filter((_, at) => at % 2 === 0));
    const odd = this.#packed(ciphertexts.filter((_, at) => at % 2 === 1));
    if (even === null && odd === null) return null;
    const nothing = { first: new Float64Array(this.#ring.degree), second: new Float64Array(this.#ring.degree) };
    const left = even ?? nothing;
    const right = odd === null ? nothing : shifted(odd, this.#ring.degree / size);
    const difference = added(left, right, this.#prime, -1);
    return added(added(left, right, this.#prime), this.#image(difference, size + 1), this.#prime);
  }

  /** (b, a) with the value as its constant coefficient, times 1 / n. */
  #embedded(words: BigUint64Array): CiphertextCoefficients {
    const { degree } = this.#ring;
    const { ring, arena, modulus } = this.#workspace;
    const [first, second] = [new Float64Array(degree), new Float64Array(degree)];
    const halves = new Uint32Array(words.buffer, words.byteOffset, 2 * words.length);
    const residue = (at: number): number =>
      Math.round(((halves[2 * at + 1]! | 0) + halves[2 * at]! / TORUS_UNITS) * (this.#prime / TORUS_UNITS));
    first[0] = residue(degree);
    second[0] = -residue(0);
    for (let at = 1; at < degree; at++) second[degree - at] = residue(at);
    const factor = modulus.constant(inverse(BigInt(degree), this.#ring.prime));
    const room = ring.allocate(modulus);
    const scaled = [first, second].map((values) => {
      ring.set(room, values, 'coefficients');
      ring.scale(room, room, factor);
      ring.reduce(room);
      return arena.f64.slice(room.address / 8, room.address / 8 + degree);
    });
    ring.release(room);
    return { first: scaled[0]!, second: scaled[1]! };
  }

  /** The ciphertext's image under X -> X^element, under z again. */
  #image({ first, second }: CiphertextCoefficients, element: number): CiphertextCoefficients {
    const units = TORUS_UNITS / this.#prime;
    const digits = Array.from({ length: DIGITS }, () => new Float64Array(second.length));
    const moved = mapped(second, element);
    for (let index = 0; index < moved.length; index++) writeDigits(Math.round(moved[index]! * units), index, digits, DIGIT_BITS);
    const switched = this.#keys.get(element)!.multiply(digits);
    return { first: sum(switched.first, mapped(first, element), 1, this.#prime), second: switched.second };
  }
}

/** X -> X^element. */
export function mapped(coefficients: Float64Array, element: number): Float64Array {
  const n = coefficients.length;
  const image = new Float64Array(n);
  // n is a power of two, and so powers of X come round after 2n.
  for (let at = 0, power = 0; at < n; at++, power = (power + element) & (2 * n - 1)) {
    if (power < n) image[power] = coefficients[at]!;
    else image[power - n] = -coefficients[at]!;
  }
  return image;
}

/** Times X^by. */
function shifted({ first, second }: CiphertextCoefficients, by: number): CiphertextCoefficients {
  const shift = (from: Float64Array): Float64Array => {
    const moved = new Float64Array(from.length);
    moved.set(from.subarray(0, from.length - by), by);
    for (let at = 0; at < by; at++) moved[at] = -from[from.length - by + at]!;
    return moved;
  };
  return { first: shift(first), second: shift(second) };
}

function added(a: CiphertextCoefficients, b: CiphertextCoefficients, prime: number, sign: 1 | -1 = 1): CiphertextCoefficients {
  return { first: sum(a.first, b.first, sign, prime), second: sum(a.second, b.second, sign, prime) };
}

/** a + sign * b, near zero. */
function sum(a: Float64Array, b: Float64Array, sign: 1 | -1, prime: number): Float64Array {
  const result = new Float64Array(a.length);
  const inversePrime = 1 / prime;
  for (let at = 0; at < result.length; at++) {
    const value = a[at]! + sign * b[at]!;
    result[at] = value - Math.round(value * inversePrime) * prime;
  }
  return result;
}
