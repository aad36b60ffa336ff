import { describe, expect, it } from 'vitest';
import { Bounds, RANGE } from './bound.ts';
import type { RangeConstants } from './bound.ts';
import { randomSource } from '../evaluate/reference.fixture.ts';

/** Moduli whose reciprocals f64 rounds by 0.9999 and 0.9957 of the worst case; one whose reciprocal is nearly exact. */
const BADLY_ROUNDED = 1_125_899_894_979_327n;
const SMALL_BADLY_ROUNDED = 130_591n;
const NEAR_2_50 = 1_125_899_906_826_241n;
/** Between powers of two, so that w / p and the quotient can both lie just above one. */
const MIDDLE = 900_719_925_474_817n;

function roundEven(x: number): number {
  const shift = 1.5 * 2 ** 52;
  return Math.abs(x) < 2 ** 51 ? x + shift - shift : Math.round(x);
}

/** The multiple of a unit that is nearest, ties to even. */
function roundTo(x: bigint, unit: bigint): bigint {
  const [below, rest] = [x / unit, x % unit];
  const up = 2n * rest > unit || (2n * rest === unit && below % 2n === 1n);
  return (below + (up ? 1n : 0n)) * unit;
}

/** Largest |a w - q p| / p found, with q as the kernel rounds it: w below p/2, a w / p just above 2^51. */
function worstProduct(p: bigint, quotientOf: (a: number, w: number) => number): number {
  const random = randomSource(1);
  const half = (p - 1n) / 2n;
  let worst = 0;
  for (let run = 0; run < 150_000; run++) {
    const w = half - ((half * BigInt(random() % 65_536)) >> 21n);
    const a = (2n ** 51n * p) / w + 1n + BigInt(random() % 65_536);
    const remainder = a * w - BigInt(quotientOf(Number(a), Number(w))) * p;
    worst = Math.max(worst, Math.abs(Number(remainder)) / Number(p));
  }
  return worst;
}

/** Largest |x - q p| - p/2, whole numbers, for sums of the largest quotients. */
function worstReduction(p: bigint): number {
  const random = randomSource(2);
  const inverse = 1 / Number(p);
  let worst = 0;
  for (let run = 0; run < 150_000; run++) {
    const quotient = 2n ** 36n + BigInt(random() % 2 ** 22);
    for (let beyond = 1n; beyond <= 4n; beyond++) {
      const x = quotient * p + (p - 1n) / 2n + beyond;
      if (x < 2n ** 53n && BigInt(roundEven(Number(x) * inverse)) === quotient) worst = Math.max(worst, Number(beyond) - 0.5);
    }
  }
  return worst;
}

/** Largest |x - q p| / p found over words of 64 bits, as the kernel rounds q. */
function worstWord(p: bigint): number {
  const random = randomSource(3);
  const inverse = 1 / Number(p);
  let worst = 0;
  for (let run = 0; run < 100_000; run++) {
    const quotient = (2n ** 64n - 1n) / p - 1n - (BigInt(random()) % ((2n ** 64n - 1n) / p / 2n));
    const x = quotient * p + p / 2n + BigInt((random() % 16_384) - 8192);
    const [high, low] = [Number((x >> 32n) << 32n), Number(x & 0xffffffffn)];
    const remainder = x - BigInt(roundEven((high + low) * inverse)) * p;
    worst = Math.max(worst, Math.abs(Number(remainder)) / Number(p));
  }
  return worst;
}

/** What is wrong with bounds made of these constants. */
function violations(constants: RangeConstants): string[] {
  const bounds = new Bounds(constants);
  const found: string[] = [];
  for (const prime of [BADLY_ROUNDED, NEAR_2_50, MIDDLE]) {
    const p = Number(prime);
    const inverse = 1 / p;
    const bound = 2 ** 52 / p;
    if (!attempt(() => bounds.product(bound, 0.5, p))) return ['product refused'];
    if (worstProduct(prime, (a, w) => roundEven(a * w * inverse)) > bounds.product(bound, 0.5, p)) found.push('product');
    if (worstProduct(prime, (a, w) => roundEven(a * (w / p))) > bounds.constantProduct(bound, p)) found.push('constantProduct');
    if (bounds.limit(p) * p > 2 ** 53) found.push('limit');
    if (!attempt(() => bounds.forward(0.5, p, 32_768)) || bounds.inverse(0.5, p, 32_768) === Infinity) found.push('no transform');
  }
  const p = Number(SMALL_BADLY_ROUNDED);
  const worst = worstReduction(SMALL_BADLY_ROUNDED);
  const allowed = (bounds.reduced((2 ** 36 + 2 ** 22) * (1 + 2 ** -20)) - 0.5) * p;
  if (worst > allowed) found.push('reduced');
  // The search meets whole numbers only.
  if (allowed >= worst + 1) found.push('reduced, loosely');
  return found;
}

function attempt(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

describe('bounds', () => {
  it('hold for the worst roundings that a search finds', () => {
    expect(violations(RANGE)).toEqual([]);
  });

  it.each([
    ['exact', 2 * RANGE.exact],
    ['exact', RANGE.exact / 2],
    ['roundoff', RANGE.roundoff / 2],
    ['productRoundings', 2],
    ['constantRoundings', 1],
    ['constantRoundings', 3],
    ['reductionRoundings', 1],
    ['reductionRoundings', 3],
  ] as const)('are wrong with %s = %d, and that shows', (name, value) => {
    expect(violations({ ...RANGE, [name]: value })).not.toEqual([]);
  });

  /** Level by level, no radix, nothing shared with the code: x y -> x + w y, x - w y. */
  it.each([1024, 4096, 8192, 16_384, 32_768])('of transforms follow from single levels, n = %i', (n) => {
    const levels = Math.log2(n);
    for (const p of [Number(NEAR_2_50), 2 ** 49 - 1, 2 ** 40, 2 ** 30]) {
      for (const input of [0.5, 1, 1.5, (0.9 * 2 ** 53) / p]) {
        const { reductions, bound } = new Bounds().forward(input, p, n);
        let x = reductions < 0 ? 0.5 + (input * 2) / 2 ** 53 : input;
        for (let level = 0; level < levels; level++) {
          const pass = Math.floor((level - (levels % 2)) / 2);
          const begins = (level - (levels % 2)) % 2 === 0 && level >= levels % 2;
          const last = level >= levels - 2;
          const times = 0.5 + ((x * p) / 2) * (last ? 3 : 2) * 2 ** -53;
          const kept = begins && pass > 0 && (reductions >> pass) % 2 !== 0 ? 0.5 + (x * 2) / 2 ** 53 : x;
          x = kept + times;
          expect(x * p).toBeLessThan(2 ** 53);
        }
        expect(bound).toBeCloseTo(x, 6);
        expect((bound + 0.5) * p).toBeLessThan(2 ** 53);
      }
    }
  });

  it.each([BADLY_ROUNDED, SMALL_BADLY_ROUNDED, NEAR_2_50, MIDDLE])(
    'of words of 64 bits hold, and are near what a search finds, p = %i',
    (p) => {
      const [worst, bound] = [worstWord(p), new Bounds().word(Number(p))];
      expect(worst).toBeLessThanOrEqual(bound);
      expect(worst).toBeGreaterThan(0.5 + (bound - 0.5) / 4);
    },
  );

  it('of forward transforms leave room for a remainder, whatever comes in', () => {
    const random = randomSource(5);
    for (let run = 0; run < 3000; run++) {
      const p = 2 ** (49 + random() / 2 ** 32);
      const input = 0.5 + (random() / 2 ** 32) * (2 ** 52.9 / p - 0.5);
      const { bound } = new Bounds().forward(input, p, 2 ** (10 + (random() % 6)));
      expect((bound + 0.5) * p).toBeLessThan(2 ** 53);
    }
  });

  /** Sums and differences of four values at the bound, one by one, nothing shared with the code. */
  it.each([1024, 4096, 8192, 16_384, 32_768])('of inverse transforms follow from single sums, n = %i', (n) => {
    const levels = Math.log2(n);
    const random = randomSource(n);
    for (let run = 0; run < 500; run++) {
      const p = 2 ** (20 + 30 * (random() / 2 ** 32));
      const input = run % 4 === 0 ? 0.5 : 2 ** ((random() / 2 ** 32) * 53) / p;
      let largest = 0;
      const met = (bound: number): number => {
        largest = Math.max(largest, bound);
        return bound;
      };
      const times = (bound: number, roundings: number): number => 0.5 + ((bound * p) / 2) * roundings * 2 ** -53;
      const passOf = (bound: number, roundings: number, isFirst: boolean): number => {
        const sum = met(met(bound + bound) + met(bound + bound));
        const products = times(bound + bound, roundings);
        const second = met(products + products);
        const kept = isFirst ? sum : 0.5 + sum * 2 * 2 ** -53;
        return Math.max(kept, second, times(sum, roundings), times(second, roundings));
      };
      let bound = passOf(input, 3, true);
      let level = 2;
      for (; level + 2 < levels; level += 2) bound = passOf(bound, 2, false);
      for (; level < levels; level++) bound = met(bound + bound);
      const expected = largest * p < 2 ** 53 * (1 - 2 ** -40) ? times(bound, 2) : Infinity;
      // Between the two limits either may refuse.
      if (Math.abs(largest * p - 2 ** 53) < 2 ** 15) continue;
      const got = new Bounds().inverse(input, p, n);
      if (expected === Infinity) expect(got).toBe(Infinity);
      else expect(got).toBeCloseTo(expected, 6);
    }
  });

  /** As the kernel adds: high is a multiple of one unit all the time, low collects what its roundings leave. */
  it.each([1, 2, 3, 4])('of sums of %i products hold, and are near what a search finds', (count) => {
    const random = randomSource(count);
    let [nearest, tried] = [0, 0];
    for (let run = 0; run < 4000; run++) {
      const p = run % 2 === 0 ? NEAR_2_50 : BADLY_ROUNDED >> BigInt(random() % 20);
      const size = [0.5, 1, 2.7, 7][random() % 4]!;
      const most = [BigInt(Math.floor(size * Number(p))), p / 2n] as const;
      const sum = new Bounds().productSum((count * Number(most[0]) * Number(most[1])) / Number(p) ** 2, count, Number(p));
      if (sum === null) continue;
      tried++;
      // Most operands as large as they may be, of one sign.
      const operand = (largest: bigint): bigint => largest - BigInt(random() % [2, 2 ** 20][random() % 2]!);
      let [high, low, exact] = [BigInt(sum.bias), 0n, 0n];
      const unit = BigInt(2 ** (Math.floor(Math.log2(sum.bias)) - 52));
      for (let term = 0; term < count; term++) {
        const product = operand(most[0]) * operand(most[1]);
        const next = roundTo(high + product, unit);
        low += next - high - product;
        high = next;
        exact += product;
        expect(BigInt(Number(low))).toBe(low);
      }
      const rest = high - BigInt(sum.bias);
      expect(BigInt(Number(rest))).toBe(rest);
      expect(high).toBeLessThan(BigInt(sum.bias / 1.5) * 2n);
      const quotient = BigInt(roundEven(Number(rest) * (1 / Number(p))));
      const remainder = rest - quotient * p - low;
      expect((exact - remainder) % p).toBe(0n);
      const share = Math.abs(Number(remainder)) / Number(p);
      expect(share).toBeLessThanOrEqual(sum.bound);
      nearest = Math.max(nearest, share / sum.bound);
    }
    expect(tried).toBeGreaterThan(1000);
    expect(nearest).toBeGreaterThan(0.5);
  });

  it('of sums of products refuse what would not be exact', () => {
    const p = Number(NEAR_2_50);
    expect(new Bounds().productSum(1, 4, p)).not.toBeNull();
    expect(new Bounds().productSum(8, 4, p)).toBeNull();
    expect(new Bounds().productSum(2 ** 40, 4, p)).toBeNull();
  });

  it('of products are refused where the quotient may not be whole', () => {
    const p = 2 ** 49;
    const bounds = new Bounds();
    expect(bounds.product(8, 0.5 + 2 ** -60, p / 2)).toBeLessThan(2);
    expect(bounds.product(16 - 2 ** -40, 0.5, p)).toBeLessThan(2);
    expect(() => bounds.product(16 + 2 ** -40, 0.5, p)).toThrow(RangeError);
  });
});
