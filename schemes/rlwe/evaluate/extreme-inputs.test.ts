/**
 * Every operation many times on operands at their bounds, against whole numbers. The ring checks each result's bound as well.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { bitReverse, centred, positive } from '../numbers/modular-integers.ts';
import type { Modulus } from '../ring/ntt.ts';
import type { Bench } from './reference.fixture.ts';
import { canonical, createRing, pattern, PATTERNS, randomSource, residuesOf, sealPrimes } from './reference.fixture.ts';
import { multiplyResidues, ResidueMatrix } from '../ring/matrix.ts';
import type { Form, Residues } from '../ring/residues.ts';
import { innerProduct, quotient, combine } from '../ring/sums.ts';

const RUNS = process.env['ENIGMARK_FULL'] === undefined ? 200 : 2000;
/** An even and an odd number of levels. */
const DEGREES = [64, 128];
const BITS = [50, 50, 49, 47, 40, 31, 22];

interface Run {
  readonly bench: Bench;
  readonly modulus: Modulus;
  readonly other: Modulus;
  readonly random: () => number;
  /** An operand at a random share of what `most` allows, in a random pattern. */
  operand(most: number, form?: Form, of?: Modulus): Residues;
  target(of?: Modulus): Residues;
  numbers(residues: Residues): bigint[];
}

/** What an operation makes, and what it should have made. */
type Operation = (run: Run) => { readonly got: Residues; readonly expected: (i: number) => bigint };

const limitOf = ({ p }: Modulus): number => 2 ** 53 / p;
const elementOf = (run: Run): number => 1 + 2 * (run.random() % run.bench.ring.n);
/** Where position i of an automorphism of values comes from: the value at psi^(2 bitReverse(i) + 1), raised to the element. */
const sourceOf = (run: Run, element: number, i: number): number => {
  const { n } = run.bench.ring;
  const bits = Math.log2(n);
  const exponent = (element * (2 * bitReverse(i, bits) + 1)) % (2 * n);
  return bitReverse((exponent - 1) / 2, bits);
};
const factorOf = (run: Run): bigint => centred(BigInt(run.random()) * BigInt(run.random()), run.modulus.value);

const operations: Readonly<Record<string, Operation>> = {
  add: (run) => {
    const [a, b] = [run.operand(limitOf(run.modulus) / 2), run.operand(limitOf(run.modulus) / 2)];
    const [x, y] = [run.numbers(a), run.numbers(b)];
    const got = run.target();
    run.bench.ring.add(a, b, got);
    return { got, expected: (i) => x[i]! + y[i]! };
  },
  subtract: (run) => {
    const [a, b] = [run.operand(limitOf(run.modulus) / 2), run.operand(limitOf(run.modulus) / 2)];
    const [x, y] = [run.numbers(a), run.numbers(b)];
    const got = run.target();
    run.bench.ring.subtract(a, b, got);
    return { got, expected: (i) => x[i]! - y[i]! };
  },
  reduce: (run) => {
    const a = run.operand(limitOf(run.modulus));
    const x = run.numbers(a);
    run.bench.ring.reduce(a);
    return { got: a, expected: (i) => x[i]! };
  },
  scale: (run) => {
    const a = run.operand(limitOf(run.modulus));
    const [x, factor, got] = [run.numbers(a), factorOf(run), run.target()];
    run.bench.ring.scale(a, got, run.modulus.constant(factor));
    return { got, expected: (i) => x[i]! * factor };
  },
  subtractMultiply: (run) => {
    const [a, b, c] = [
      run.operand(limitOf(run.modulus)),
      run.operand(limitOf(run.modulus) - 0.51),
      run.operand(Math.min(4, limitOf(run.modulus))),
    ];
    const [x, y, z, factor, got] = [run.numbers(a), run.numbers(b), run.numbers(c), factorOf(run), run.target()];
    const added = run.random() % 2 === 0;
    run.bench.ring.subtractMultiply(a, b, run.modulus.constant(factor), got, added ? c : undefined);
    return { got, expected: (i) => (x[i]! - y[i]!) * factor + (added ? z[i]! : 0n) };
  },
  addMultiple: (run) => {
    const [a, b] = [run.operand(limitOf(run.modulus)), run.operand(limitOf(run.modulus))];
    const [x, y, factor, got] = [run.numbers(a), run.numbers(b), factorOf(run), run.target()];
    run.bench.ring.addMultiple(a, b, run.modulus.constant(factor), got);
    return { got, expected: (i) => x[i]! + y[i]! * factor };
  },
  tensor: (run) => {
    const [a, b, c, d] = [0, 1, 2, 3].map(() => run.operand(limitOf(run.modulus))) as [Residues, Residues, Residues, Residues];
    const [w, x, y, z] = [a, b, c, d].map((o) => run.numbers(o)) as [bigint[], bigint[], bigint[], bigint[]];
    const targets = [run.target(), run.target(), run.target()] as const;
    const first = { first: a, second: b };
    const square = run.random() % 2 === 0;
    run.bench.ring.tensor(first, square ? first : { first: c, second: d }, targets);
    const part = run.random() % 3;
    const [u, v] = square ? [w, x] : [y, z];
    const expected = [(i: number) => w[i]! * u[i]!, (i: number) => w[i]! * v[i]! + x[i]! * u[i]!, (i: number) => x[i]! * v[i]!];
    return { got: targets[part]!, expected: expected[part]! };
  },
  innerProduct: (run) => {
    const count = 1 + (run.random() % 9);
    const terms = Array.from({ length: count }, () => ({
      digit: run.operand(Math.min(7.4, 0.93 * limitOf(run.modulus))),
      first: run.operand(0.5),
      second: run.operand(0.5),
    }));
    const numbers = terms.map((term) => [run.numbers(term.digit), run.numbers(term.first)] as const);
    const times = 1 + (run.random() % 20);
    const pair = { first: run.target(), second: run.target() };
    const element = run.random() % 2 === 0 ? 1 : elementOf(run);
    for (let time = 0; time < times; time++) innerProduct(run.bench.ring, terms, pair, time > 0, element);
    const sum = (i: number): bigint => numbers.reduce((all, [d, f]) => all + d[sourceOf(run, element, i)]! * f[i]!, 0n);
    return { got: pair.first, expected: (i) => BigInt(times) * sum(i) };
  },
  'permute values': (run) => {
    const [a, b] = [run.operand(limitOf(run.modulus) - 0.51), run.operand(limitOf(run.modulus))];
    const [x, y, got, element] = [run.numbers(a), run.numbers(b), run.target(), elementOf(run)];
    const added = run.random() % 2 === 0;
    if (added) run.bench.ring.permuteAdd(a, element, b, got);
    else run.bench.ring.permute(a, element, got);
    return { got, expected: (i) => x[sourceOf(run, element, i)]! + (added ? y[i]! : 0n) };
  },
  'permute coefficients': (run) => {
    const { n } = run.bench.ring;
    const a = run.operand(limitOf(run.modulus), 'coefficients');
    const [x, got, element] = [run.numbers(a), run.target(), elementOf(run)];
    run.bench.ring.permute(a, element, got);
    const moved = x.map(() => 0n);
    for (const [i, coefficient] of x.entries()) {
      const exponent = (i * element) % (2 * n);
      moved[exponent % n] = exponent < n ? coefficient : -coefficient;
    }
    return { got, expected: (i) => moved[i]! };
  },
  'base extension': (run) => {
    const ys = [run.modulus, run.other].map((of) => run.operand(Math.min(0.5, limitOf(of)), 'coefficients', of));
    const { n } = run.bench.ring;
    const values = ys.map((y) => Array.from(run.bench.arena.f64.subarray(y.address / 8, y.address / 8 + n), BigInt));
    const [v, got] = [run.target(run.other), run.target()];
    quotient(run.bench.ring, ys, v);
    const [p, q] = [run.modulus.value, run.other.value];
    const passes = Array.from(run.bench.arena.f64.subarray(v.address / 8, v.address / 8 + n), BigInt);
    // Nearest, but for what lies within 2^-40 of the middle.
    for (const [i, pass] of passes.entries()) {
      const rest = values[0]![i]! * q + values[1]![i]! * p - pass * p * q;
      expect(2n * (rest < 0n ? -rest : rest)).toBeLessThanOrEqual(p * q + ((p * q) >> 39n));
    }
    combine(
      run.bench.ring,
      [...ys, v],
      [q, p, -p * q].map((factor) => run.modulus.constant(factor)),
      got,
    );
    return { got, expected: (i) => values[0]![i]! * q + values[1]![i]! * p - passes[i]! * p * q };
  },
  'read and write': (run) => {
    const { ring, arena } = run.bench;
    const p = run.modulus.value;
    const numbers = Array.from({ length: ring.n }, () => [0n, 1n, p / 2n, p / 2n + 1n, p - 2n, p - 1n][run.random() % 6]!);
    const raw = arena.allocate(8 * ring.n);
    arena.u64.set(numbers, raw / 8);
    const [middle, got] = [run.target(), run.target()];
    ring.read(raw, middle, 'values');
    expect(ring.isRefused(middle)).toBe(false);
    ring.write(middle, raw);
    expect(Array.from(arena.u64.subarray(raw / 8, raw / 8 + ring.n))).toEqual(numbers);
    ring.copy(middle, got);
    ring.clear(middle, 'values');
    expect(run.numbers(middle).every((x) => x === 0n)).toBe(true);
    arena.u64[raw / 8 + (run.random() % ring.n)] = p + BigInt(run.random() % 3);
    ring.read(raw, middle, 'values');
    expect(ring.isRefused(middle)).toBe(true);
    arena.release(raw);
    return { got, expected: (i) => numbers[i]! };
  },
  combine: (run) => {
    const ys = Array.from({ length: 1 + (run.random() % 9) }, () =>
      run.operand(Math.min(0.5, limitOf(run.modulus)), 'coefficients', run.other),
    );
    const values = ys.map((y) => run.bench.arena.f64.slice(y.address / 8, y.address / 8 + run.bench.ring.n));
    const [factors, got] = [ys.map(() => factorOf(run)), run.target()];
    combine(
      run.bench.ring,
      ys,
      factors.map((factor) => run.modulus.constant(factor)),
      got,
    );
    return { got, expected: (i) => factors.reduce((sum, factor, at) => sum + factor * BigInt(values[at]![i]!), 0n) };
  },
  'forward and inverse': (run) => {
    const a = run.operand(limitOf(run.modulus), run.random() % 2 === 0 ? 'coefficients' : 'values');
    const x = run.numbers(a);
    const order = a.form === 'coefficients' ? (['forward', 'inverse'] as const) : (['inverse', 'forward'] as const);
    const got = run.target();
    for (const [at, way] of order.entries()) run.bench.ring[way](at === 0 ? a : got, got);
    return { got, expected: (i) => x[i]! };
  },
  'residue matrix': (run) => {
    const sources = Array.from({ length: 1 + (run.random() % 40) }, () => run.operand(0.5));
    const numbers = sources.map((source) => run.numbers(source));
    // As much as either way of summing takes: whole residues, or their halves.
    const limit = run.random() % 2 === 0 ? 2 ** 28 : (limitOf(run.modulus) - 1) / 0.5001;
    const most = Math.floor(limit / sources.length);
    const weights = sources.map(() => BigInt(run.random() % 2 === 0 ? most : -most));
    const constant = Math.floor(run.modulus.p / 2) * (run.random() % 2 === 0 ? 1 : -1);
    const got = run.target();
    const matrix = new ResidueMatrix([{ columns: [...sources.keys()], weights }], sources.length, run.bench.arena);
    expect(multiplyResidues(run.bench.ring, matrix, sources, [got], Float64Array.of(constant))).toBe(true);
    return { got, expected: (i) => weights.reduce((sum, weight, at) => sum + weight * numbers[at]![i]!, BigInt(constant)) };
  },
  'add a constant': (run) => {
    const got = run.operand(limitOf(run.modulus) - 1.01);
    const x = run.numbers(got);
    const constant = Math.floor(run.modulus.p / 2) * (run.random() % 2 === 0 ? 1 : -1);
    run.bench.ring.addConstant(got, constant);
    return { got, expected: (i) => x[i]! + BigInt(constant) };
  },
};

describe.each(Object.keys(operations))('%s', (name) => {
  it(`is exact in ${RUNS} runs at the bounds`, async () => {
    const random = randomSource(name.length);
    const benches = await Promise.all(
      DEGREES.flatMap((n) => BITS.map(async (bits) => createRing(n, await sealPrimes(n, [bits, Math.min(50, bits + 2)])))),
    );
    for (let at = 0; at < RUNS; at++) {
      const bench = benches[at % benches.length]!;
      const [modulus, other] = bench.moduli as [Modulus, Modulus];
      const { n } = bench.ring;
      const taken: Residues[] = [];
      const kept = (residues: Residues): Residues => {
        taken.push(residues);
        return residues;
      };
      const run: Run = {
        bench,
        modulus,
        other,
        random,
        operand: (most, form = 'values', of = modulus) => {
          const share = random() % 4 === 0 ? random() / 2 ** 32 : 1;
          const largest = Math.floor(share * most * of.p * (1 - 2 ** -40));
          return kept(residuesOf(bench, of, pattern(PATTERNS[random() % PATTERNS.length]!, n, largest, random), form));
        },
        target: (of = modulus) => kept(bench.ring.allocate(of)),
        numbers: (residues) => canonical(bench, residues),
      };
      const { got, expected } = operations[name]!(run);
      expect(canonical(bench, got)).toEqual(Array.from({ length: n }, (_, i) => positive(expected(i), modulus.value)));
      for (const residues of taken) bench.ring.release(residues);
    }
  });
});

/** At the degrees that programs have, where more passes reduce. */
describe.each([4096, 8192, 16_384])('transforms of %i', (n) => {
  it(`come back from ${RUNS / 2} runs at the bounds`, { timeout: 600_000 }, async () => {
    const random = randomSource(n);
    const benches = await Promise.all([50, 49, 43, 36].map(async (bits) => createRing(n, await sealPrimes(n, [bits]))));
    for (let at = 0; at < RUNS / 2; at++) {
      const bench = benches[at % benches.length]!;
      const [modulus] = bench.moduli as [Modulus];
      const largest = Math.floor((random() % 2 === 0 ? 0.5 : limitOf(modulus)) * modulus.p * (1 - 2 ** -40));
      const before = pattern(PATTERNS[random() % PATTERNS.length]!, n, largest, random);
      const form = random() % 2 === 0 ? 'coefficients' : 'values';
      const a = residuesOf(bench, modulus, before, form);
      bench.ring[form === 'coefficients' ? 'forward' : 'inverse'](a, a);
      bench.ring[form === 'coefficients' ? 'inverse' : 'forward'](a, a);
      bench.ring.reduce(a);
      const after = bench.arena.f64.subarray(a.address / 8, a.address / 8 + n);
      // What both stand for, nearest to zero: exact for whole numbers below 2^53.
      const nearest = (x: number): number => x - modulus.p * Math.round(x / modulus.p);
      const wrong = before.findIndex((x, i) => {
        const difference = Math.abs(nearest(x) - nearest(after[i]!));
        return difference !== 0 && difference !== modulus.p;
      });
      expect(wrong).toBe(-1);
      bench.ring.release(a);
    }
  });
});
