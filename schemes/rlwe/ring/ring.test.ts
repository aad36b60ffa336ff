import { describe, expect, it } from 'vitest';
import { centred, positive } from '../numbers/modular-integers.ts';
import type { Modulus } from './ntt.ts';
import type { Bench } from '../evaluate/reference.fixture.ts';
import { canonical, createRing, pattern, PATTERNS, randomSource, residuesOf, sealPrimes } from '../evaluate/reference.fixture.ts';
import type { Form, Residues } from './residues.ts';
import { combine, innerProduct } from './sums.ts';

const N = 64;
/** Share of the limit 2^53 / p that a single operand may take. */
const FULL = 0.999;

interface Case {
  readonly bench: Bench;
  readonly p: bigint;
  readonly modulus: Modulus;
  readonly other: Modulus;
  /** Extreme operand: every residue at the bound, in this pattern. */
  operand(pattern: (typeof PATTERNS)[number], share: number, form?: Form, modulus?: Modulus): Residues;
  empty(): Residues;
  random(): number;
}

async function createCase(bits: number): Promise<Case> {
  const [p, q] = await sealPrimes(N, [bits, Math.min(50, bits + 3)]);
  const bench = await createRing(N, [p!, q!]);
  const [modulus, other] = bench.moduli as [Modulus, Modulus];
  const random = randomSource(bits);
  return {
    bench,
    p: p!,
    modulus,
    other,
    random,
    operand: (name, share, form = 'values', of = modulus) =>
      residuesOf(bench, of, pattern(name, N, Math.floor(share * of.p), random), form),
    empty: () => bench.ring.allocate(modulus),
  };
}

function expectValues(of: Case, got: Residues, expected: (i: number) => bigint): void {
  expect(canonical(of.bench, got)).toEqual(Array.from({ length: N }, (_, i) => positive(expected(i), of.p)));
}

describe.each([50, 49, 40, 31, 22])('primes of %i bits', (bits) => {
  const limit = 2 ** (53 - bits);

  it.each(PATTERNS)('computes like whole numbers on extreme operands: %s', async (name) => {
    const of = await createCase(bits);
    const { ring } = of.bench;
    for (const [left, right] of [
      [0.5, 0.5],
      [FULL * limit, 0.5],
      [(FULL * limit) / 2, (FULL * limit) / 2],
      [1, 1.99],
    ] as const) {
      const a = of.operand(name, left);
      const b = of.operand(of.random() % 2 === 0 ? name : 'random signs', right);
      const target = of.empty();
      const x = canonical(of.bench, a);
      const y = canonical(of.bench, b);

      if (left + right < limit) {
        ring.add(a, b, target);
        expectValues(of, target, (i) => x[i]! + y[i]!);
        ring.subtract(a, b, target);
        expectValues(of, target, (i) => x[i]! - y[i]!);
      }
      ring.reduce(a, target);
      expectValues(of, target, (i) => x[i]!);

      const factor = centred(BigInt(of.random()) * 987_654_321_987n, of.p);
      ring.scale(a, target, of.modulus.constant(factor));
      expectValues(of, target, (i) => x[i]! * factor);
      if (right + 0.51 < limit) {
        ring.subtractMultiply(a, b, of.modulus.constant(factor), target);
        expectValues(of, target, (i) => (x[i]! - y[i]!) * factor);
        ring.subtractMultiply(a, b, of.modulus.constant(factor), target, b);
        expectValues(of, target, (i) => (x[i]! - y[i]!) * factor + y[i]!);
      }
      ring.addMultiple(b, a, of.modulus.constant(factor), target);
      expectValues(of, target, (i) => y[i]! + x[i]! * factor);
    }
  });

  it('tensors two and squares one', async () => {
    const of = await createCase(bits);
    const { ring } = of.bench;
    for (const name of PATTERNS) {
      const operands = [
        of.operand(name, FULL * limit),
        of.operand('alternating', 0.5),
        of.operand('plus', 0.5),
        of.operand(name, 0.5),
      ] as const;
      const [a0, a1, b0, b1] = operands;
      const [x0, x1, y0, y1] = operands.map((o) => canonical(of.bench, o)) as [bigint[], bigint[], bigint[], bigint[]];
      const target = [of.empty(), of.empty(), of.empty()] as const;
      const a = { first: a0, second: a1 };
      ring.tensor(a, { first: b0, second: b1 }, target);
      expectValues(of, target[0], (i) => x0[i]! * y0[i]!);
      expectValues(of, target[1], (i) => x0[i]! * y1[i]! + x1[i]! * y0[i]!);
      expectValues(of, target[2], (i) => x1[i]! * y1[i]!);
      ring.tensor(a, a, target);
      expectValues(of, target[0], (i) => x0[i]! * x0[i]!);
      expectValues(of, target[1], (i) => 2n * x0[i]! * x1[i]!);
      expectValues(of, target[2], (i) => x1[i]! * x1[i]!);
    }
  });

  it.each([1, 2, 3, 4, 5, 9])('sums %i products, permuted and accumulated', async (count) => {
    const of = await createCase(bits);
    const { ring } = of.bench;
    for (const name of PATTERNS) {
      // Digits as a lazy transform leaves them; keys reduced.
      const terms = Array.from({ length: count }, () => ({
        digit: of.operand(name, Math.min(7.4, 0.93 * limit)),
        first: of.operand(name, 0.5),
        second: of.operand('random signs', 0.5),
      }));
      const numbers = terms.map(({ digit, first, second }) => [digit, first, second].map((o) => canonical(of.bench, o)));
      for (const element of [1, 3, 2 * N - 1, 25]) {
        const permuted = of.empty();
        const digits = terms.map(({ digit }) => {
          ring.permute(digit, element, permuted);
          return canonical(of.bench, permuted);
        });
        const expected = (i: number, half: number): bigint => numbers.reduce((sum, term, t) => sum + digits[t]![i]! * term[half]![i]!, 0n);
        const pair = { first: of.empty(), second: of.empty() };
        innerProduct(ring, terms, pair, false, element);
        expectValues(of, pair.first, (i) => expected(i, 1));
        expectValues(of, pair.second, (i) => expected(i, 2));
        // More often than the bounds allow without a reduction in between.
        for (let again = 0; again < 20; again++) innerProduct(ring, terms, pair, true, element);
        expectValues(of, pair.first, (i) => 21n * expected(i, 1));
      }
    }
  });

  it('reads and writes u64, and refuses what is not below p', async () => {
    const of = await createCase(bits);
    const { ring, arena } = of.bench;
    const raw = arena.allocate(8 * N);
    const residues = of.empty();
    const numbers = Array.from(
      { length: N },
      (_, i) => [0n, 1n, of.p - 1n, of.p / 2n, of.p / 2n + 1n, (BigInt(of.random()) << 20n) % of.p][i % 6]!,
    );
    arena.u64.set(numbers, raw / 8);
    ring.read(raw, residues, 'values');
    expect(ring.isRefused(residues)).toBe(false);
    expect(canonical(of.bench, residues)).toEqual(numbers);
    arena.u64.fill(0n, raw / 8, raw / 8 + N);
    ring.write(residues, raw);
    expect(Array.from(arena.u64.subarray(raw / 8, raw / 8 + N))).toEqual(numbers);
    for (const wrong of [of.p, of.p + 1n, 1n << 52n, (1n << 52n) + 1n, 1n << 63n, (1n << 64n) - 1n]) {
      arena.u64.set(numbers, raw / 8);
      arena.u64[raw / 8 + (of.random() % N)] = wrong;
      ring.read(raw, residues, 'values');
      expect(ring.isRefused(residues)).toBe(true);
    }
  });

  it('permutes coefficients as X -> X^g does', async () => {
    const of = await createCase(bits);
    const { ring } = of.bench;
    const source = of.operand('random', 0.5, 'coefficients');
    const x = canonical(of.bench, source);
    for (const element of [3, 5, 2 * N - 1]) {
      const target = of.empty();
      ring.permute(source, element, target);
      const expected = new Array<bigint>(N).fill(0n);
      x.forEach((c, i) => {
        const e = (i * element) % (2 * N);
        expected[e % N] = e < N ? c : -c;
      });
      expectValues(of, target, (i) => expected[i]!);
      // Both forms are one map.
      const transformed = of.empty();
      const image = of.empty();
      ring.forward(source, transformed);
      ring.permute(transformed, element, image);
      ring.inverse(image, image);
      expectValues(of, image, (i) => expected[i]!);
      ring.permuteAdd(transformed, element, transformed, image);
      ring.inverse(image, image);
      expectValues(of, image, (i) => expected[i]! + x[i]!);
    }
  });

  it('takes coefficients of another prime', async () => {
    const of = await createCase(bits);
    const { ring } = of.bench;
    for (const name of PATTERNS) {
      const source = of.operand(name, 0.5, 'coefficients', of.other);
      const values = of.bench.arena.f64.slice(source.address / 8, source.address / 8 + N);
      const target = of.empty();
      ring.reduce(source, target);
      expectValues(of, target, (i) => BigInt(values[i]!));
      ring.forward(source, target);
      ring.inverse(target, target);
      expectValues(of, target, (i) => BigInt(values[i]!));
      combine(
        ring,
        [source, source, source, source, source],
        Array.from({ length: 5 }, (_, i) => of.modulus.constant(BigInt(i - 2) * 12_345n)),
        target,
      );
      expectValues(of, target, () => 0n);
    }
  });
});

it('refuses mixed forms and moduli, and what would not be exact', async () => {
  const of = await createCase(50);
  const { ring } = of.bench;
  const values = of.operand('plus', 0.5);
  const coefficients = of.operand('plus', 0.5, 'coefficients');
  const foreign = of.operand('plus', 0.5, 'values', of.other);
  const target = of.empty();
  expect(() => ring.add(values, coefficients, target)).toThrow('forms');
  expect(() => ring.add(values, foreign, target)).toThrow('moduli');
  expect(() => ring.forward(values, target)).toThrow('coefficients');
  const large = of.operand('plus', 4.5);
  expect(() => ring.add(large, large, target)).toThrow(RangeError);
});
