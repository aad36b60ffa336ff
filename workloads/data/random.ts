/**
 * Seeded random numbers for data and weights. Never for keys or encryption randomness.
 *
 * The generator is xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47(4),
 * 2021), its state filled by SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) as its authors advise.
 *
 * @module
 */

const MASK_64 = (1n << 64n) - 1n;

/** The SplitMix64 sequence that starts at `seed`. */
export function* splitMix64(seed: bigint): Generator<bigint, never> {
  let state = seed & MASK_64;
  while (true) {
    state = (state + 0x9e3779b97f4a7c15n) & MASK_64;
    let mixed = state;
    mixed = ((mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK_64;
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & MASK_64;
    yield mixed ^ (mixed >> 31n);
  }
}

/** A stream of numbers that depends on its seed alone. */
export class Random {
  readonly #state: Uint32Array;
  #spareNormal: number | null = null;

  /** `state` is four 32-bit words, not all zero; use `Random.from` to start from one seed. */
  constructor(state: readonly [number, number, number, number]) {
    this.#state = Uint32Array.from(state);
  }

  /** `seed` is a whole number below 2^53; `stream` names independent uses of one seed. */
  static from(seed: number, stream = ''): Random {
    let start = BigInt(seed);
    for (const byte of new TextEncoder().encode(stream)) start = splitMix64(start ^ BigInt(byte)).next().value;
    const words = splitMix64(start);
    const low = words.next().value;
    const high = words.next().value;
    const word = (of: bigint, shift: bigint): number => Number((of >> shift) & 0xffffffffn);
    return new Random([word(low, 0n), word(low, 32n), word(high, 0n), word(high, 32n)]);
  }

  /** A whole number in [0, 2^32). */
  word(): number {
    const state = this.#state;
    const second = state[1]!;
    const scrambled = Math.imul(second, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    state[2]! ^= state[0]!;
    state[3]! ^= second;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= second << 9;
    const last = state[3]!;
    state[3] = (last << 11) | (last >>> 21);
    return result;
  }

  /** Uniform in [min, max), with 53 random bits. */
  uniform(min = 0, max = 1): number {
    const fraction = ((this.word() >>> 5) * 2 ** 26 + (this.word() >>> 6)) / 2 ** 53;
    return min + (max - min) * fraction;
  }

  /** Uniform whole number in [0, bound), for 1 <= bound <= 2^32; without modulo bias. @throws RangeError for other bounds */
  below(bound: number): number {
    if (!(bound >= 1 && bound <= 2 ** 32)) throw new RangeError(`no whole number lies from 0 to below ${bound}`);
    const limit = 2 ** 32 - (2 ** 32 % bound);
    while (true) {
      const word = this.word();
      if (word < limit) return word % bound;
    }
  }

  /** Normal with the given mean and standard deviation, by Marsaglia's polar method (SIAM Review 6(3), 1964). */
  normal(mean = 0, deviation = 1): number {
    if (this.#spareNormal !== null) {
      const spare = this.#spareNormal;
      this.#spareNormal = null;
      return mean + deviation * spare;
    }
    while (true) {
      const x = this.uniform(-1, 1);
      const y = this.uniform(-1, 1);
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spareNormal = y * factor;
      return mean + deviation * x * factor;
    }
  }

  /** The numbers 0 to count - 1 in random order (Fisher and Yates). */
  permutation(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, index) => index);
    for (let last = count - 1; last > 0; last--) {
      const other = this.below(last + 1);
      const kept = order[last]!;
      order[last] = order[other]!;
      order[other] = kept;
    }
    return order;
  }
}
