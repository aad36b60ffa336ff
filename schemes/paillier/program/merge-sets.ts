/**
 * Sums that share parts. Rows are sets of bases, each to be multiplied up; where two rows have bases in common, the product of these is
 * made once. Two rows with the most in common are merged first, until no two share a pair (Paar, "Optimized arithmetic for Reed-Solomon
 * encoders", ISIT 1997, with rows in the place of columns).
 *
 * Rows only ever lose bases, so that what two have in common only shrinks: a pair waits where it stood when it was counted last, and is
 * counted again when its turn comes.
 *
 * @module
 */

/** A product of bases and of the products of later sets. */
export interface MergedSet {
  readonly bases: readonly number[];
  readonly sets: readonly number[];
}

/** Rows first, in their order; a set is made of bases and later sets only. */
export function mergeSets(rows: readonly (readonly number[])[], bases: number): readonly MergedSet[] {
  return new Merging(rows, bases).merge();
}

/** Merging saves a product where two bases are shared; a pair of sets that shares fewer is forgotten. */
const LEAST_COMMON = 2;
const MOST_SETS = 2 ** 21;

class Merging {
  readonly #words: number;
  readonly #bases: number;
  /** Bits of each set, `#words` words a set. */
  #bits: Uint32Array;
  #count = 0;
  /** Sets that have, or had, a base. */
  readonly #having: number[][];
  /** By the number of bases that they had in common: pairs of sets, as first * MOST_SETS + second. */
  readonly #pairs: number[][] = [];
  /** Later sets that a set is made of. */
  readonly #parts: number[][] = [];
  /** While a set is compared: what each other set has in common with it. */
  #common = new Uint32Array(1024);

  constructor(rows: readonly (readonly number[])[], bases: number) {
    this.#words = Math.max(1, Math.ceil(bases / 32));
    this.#bases = bases;
    this.#bits = new Uint32Array(Math.max(1, rows.length) * this.#words);
    this.#having = Array.from({ length: bases }, () => []);
    for (const row of rows) this.#add(row);
  }

  merge(): readonly MergedSet[] {
    for (let most = this.#pairs.length - 1; most >= LEAST_COMMON; most--) {
      const waiting = this.#pairs[most] ?? [];
      for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
        const [first, second] = [Math.floor(pair / MOST_SETS), pair % MOST_SETS];
        const common = this.#countCommon(first, second);
        if (common === most) this.#mergePair(first, second);
        else if (common >= LEAST_COMMON) this.#wait(common, pair);
      }
    }
    return Array.from({ length: this.#count }, (_, set) => ({ bases: this.#basesOf(set), sets: this.#parts[set]! }));
  }

  #add(bases: readonly number[]): number {
    const set = this.#count++;
    const needed = this.#count * this.#words;
    if (needed > this.#bits.length) {
      const grown = new Uint32Array(2 * needed);
      grown.set(this.#bits);
      this.#bits = grown;
    }
    if (set >= this.#common.length) this.#common = new Uint32Array(2 * set);
    for (const base of bases) this.#bits[set * this.#words + (base >>> 5)]! |= 1 << (base & 31);
    this.#parts.push([]);
    this.#compare(set, bases);
    for (const base of bases) this.#having[base]!.push(set);
    return set;
  }

  /** Counts what a new set has in common with those before it. */
  #compare(set: number, bases: readonly number[]): void {
    const met: number[] = [];
    for (const base of bases) {
      const having = this.#having[base]!;
      const [word, bit] = [base >>> 5, base & 31];
      let kept = 0;
      for (const other of having) {
        if (((this.#bits[other * this.#words + word]! >>> bit) & 1) === 0) continue;
        having[kept++] = other;
        if (this.#common[other]!++ === 0) met.push(other);
      }
      having.length = kept;
    }
    for (const other of met) {
      const common = this.#common[other]!;
      this.#common[other] = 0;
      if (common >= LEAST_COMMON) this.#wait(common, other * MOST_SETS + set);
    }
  }

  #wait(common: number, pair: number): void {
    (this.#pairs[common] ??= []).push(pair);
  }

  #countCommon(first: number, second: number): number {
    const [left, right] = [first * this.#words, second * this.#words];
    let count = 0;
    for (let word = 0; word < this.#words; word++) {
      const shared = this.#bits[left + word]! & this.#bits[right + word]!;
      if (shared !== 0) count += ones(shared);
    }
    return count;
  }

  /** What both have becomes a set of its own, and a part of both. */
  #mergePair(first: number, second: number): void {
    const shared: number[] = [];
    for (let word = 0; word < this.#words; word++) {
      let bits = this.#bits[first * this.#words + word]! & this.#bits[second * this.#words + word]!;
      this.#bits[first * this.#words + word]! &= ~bits;
      this.#bits[second * this.#words + word]! &= ~bits;
      for (; bits !== 0; bits &= bits - 1) shared.push(32 * word + 31 - Math.clz32(bits & -bits));
    }
    const merged = this.#add(shared);
    this.#parts[first]!.push(merged);
    this.#parts[second]!.push(merged);
  }

  #basesOf(set: number): number[] {
    const bases: number[] = [];
    for (let base = 0; base < this.#bases; base++) {
      if (((this.#bits[set * this.#words + (base >>> 5)]! >>> (base & 31)) & 1) === 1) bases.push(base);
    }
    return bases;
  }
}

function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
