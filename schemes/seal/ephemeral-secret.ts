/**
 * The ephemeral secret of a bootstrap: the one secret that no library makes. Few coefficients are not zero, each 1 or -1, all choices of
 * places and signs alike likely. It stands in two keys, under the client's secret and over it, and is overwritten once these are made.
 *
 * Only clients import this module.
 *
 * @module
 */
import { bitReverse } from '../rlwe/numbers/modular-integers.ts';
import { powerModulo } from '../rlwe/numbers/primes.ts';

/** Fills a list with uniform words of 32 bits. */
export type RandomWords = (words: Uint32Array<ArrayBuffer>) => void;

/** From the operating system's generator. */
const cryptographic: RandomWords = (words) => void crypto.getRandomValues(words);

const SIGN_BIT = 31;

export class EphemeralSecret implements Disposable {
  readonly #degree: number;
  readonly #places: Uint32Array;
  readonly #signs: Int8Array;

  /**
   * @param degree N, a power of two up to 2^31
   * @param weight coefficients that are not zero
   * @param fill another source: in tests alone
   * @throws RangeError for more coefficients than there are
   */
  constructor(degree: number, weight: number, fill: RandomWords = cryptographic) {
    if (!(weight <= degree)) throw new RangeError(`${weight} coefficients of ${degree} that are not zero`);
    this.#degree = degree;
    this.#places = new Uint32Array(weight);
    this.#signs = new Int8Array(weight);
    const word = new Uint32Array(1);
    for (let drawn = 0; drawn < weight;) {
      fill(word);
      // The degree is a power of two, so that the lowest bits are a uniform place.
      const place = word[0]! & (degree - 1);
      if (this.#places.subarray(0, drawn).includes(place)) continue;
      this.#places[drawn] = place;
      this.#signs[drawn] = word[0]! >>> SIGN_BIT === 1 ? -1 : 1;
      drawn++;
    }
    word.fill(0);
  }

  /**
   * Its values modulo a prime, in the order of SEAL's transform: index i has that at psi^(2 bitReverse(i) + 1), psi the smallest primitive
   * 2N-th root of unity. Whoever takes them overwrites them.
   *
   * @param prime 1 modulo 2N, of at most 51 bits
   */
  valuesModulo(prime: bigint): BigUint64Array {
    const n = this.#degree;
    const mask = 2 * n - 1;
    const bits = Math.log2(n);
    const p = Number(prime);
    const powers = powersOfSmallestRoot(prime, n);
    const values = new BigUint64Array(n);
    for (let i = 0; i < n; i++) {
      const exponent = 2 * bitReverse(i, bits) + 1;
      let sum = 0;
      for (let k = 0; k < this.#places.length; k++) {
        // Products of 32 bits keep the lowest bits, which are all that count.
        const power = Math.imul(this.#places[k]!, exponent) & mask;
        sum += this.#signs[k]! * (power < n ? powers[power]! : p - powers[power - n]!);
        if (sum >= p) sum -= p;
        else if (sum < 0) sum += p;
      }
      values[i] = BigInt(sum);
    }
    return values;
  }

  [Symbol.dispose](): void {
    this.#places.fill(0);
    this.#signs.fill(0);
  }
}

/** psi^k for k below N, in [0, prime); psi^(N + k) = -psi^k. */
function powersOfSmallestRoot(prime: bigint, n: number): Float64Array {
  let root = 0n;
  for (let base = 2n; powerModulo(root, BigInt(n), prime) !== prime - 1n; base++)
    root = powerModulo(base, (prime - 1n) / BigInt(2 * n), prime);
  const powers = new Float64Array(n);
  let power = 1n;
  for (let k = 0; k < n; k++, power = (power * root) % prime) powers[k] = Number(power);
  // All primitive roots are the odd powers of any one: root^k and, for k + N, its opposite.
  const p = Number(prime);
  let [smallest, at] = [p, 0];
  for (let k = 1; k < n; k += 2) {
    const opposite = p - powers[k]!;
    if (powers[k]! < smallest) [smallest, at] = [powers[k]!, k];
    if (opposite < smallest) [smallest, at] = [opposite, k + n];
  }
  return powers.map((_, k) => {
    const exponent = Math.imul(k, at) & (2 * n - 1);
    return exponent < n ? powers[exponent]! : p - powers[exponent - n]!;
  });
}
