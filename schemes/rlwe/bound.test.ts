import { describe, expect, it } from 'vitest';
import { Bounds, RANGE } from './bound.ts';
import type { RangeConstants } from './bound.ts';
import { randomSource } from './reference.fixture.ts';

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
  if (worstReduction(SMALL_BADLY_ROUNDED) > (bounds.reduced((2 ** 36 + 2 ** 22) * (1 + 2 ** -20)) - 0.5) * p) found.push('reduced');
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
    ['reductionRoundings', 1],
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
});
