/**
 * Every operation many times on operands at their bounds, against whole numbers. The ring checks each result's bound as well.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { centred, positive } from './modular-integers.ts';
import type { Modulus } from './ntt.ts';
import type { Bench } from './reference.fixture.ts';
import { canonical, createRing, pattern, PATTERNS, randomSource, residuesOf, sealPrimes } from './reference.fixture.ts';
import { ResidueMatrix } from './residue-matrix.ts';
import type { Form, Residues } from './ring.ts';

const RUNS = 2000;
const N = 64;
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

/** What an operation makes, and what it should have made; null: these operands are refused, as they should be. */
type Operation = (run: Run) => { readonly got: Residues; readonly expected: (i: number) => bigint };

const limitOf = ({ p }: Modulus): number => 2 ** 53 / p;
const factorOf = (run: Run): bigint => centred(BigInt(run.random()) * BigInt(run.random()), run.modulus.value);

const operations: Readonly<Record<string, Operation>> = {
  add: (run) => {
    const [a, b] = [run.operand(limitOf(run.modulus) / 2), run.operand(limitOf(run.modulus) / 2)];
    const [x, y] = [run.numbers(a), run.numbers(b)];
    const got = run.target();
    run.bench.ring[run.random() % 2 === 0 ? 'add' : 'addLazily'](a, b, got);
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
  multiply: (run) => {
    const [a, b] = [run.operand(limitOf(run.modulus)), run.operand(0.5)];
    const [x, y] = [run.numbers(a), run.numbers(b)];
    const got = run.target();
    run.bench.ring.multiply(a, b, got);
    return { got, expected: (i) => x[i]! * y[i]! };
  },
  multiplyAdd: (run) => {
    const [a, b, got] = [run.operand(limitOf(run.modulus) / 2), run.operand(0.5), run.operand(limitOf(run.modulus) / 2)];
    const [x, y, z] = [run.numbers(a), run.numbers(b), run.numbers(got)];
    run.bench.ring.multiplyAdd(a, b, got);
    return { got, expected: (i) => z[i]! + x[i]! * y[i]! };
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
    const weight = run.random() % 2 === 0 ? run.operand(0.5) : undefined;
    const w = weight === undefined ? null : run.numbers(weight);
    const times = 1 + (run.random() % 20);
    const pair = { first: run.target(), second: run.target() };
    for (let time = 0; time < times; time++) run.bench.ring.innerProduct(terms, pair, time > 0, 1, weight);
    const sum = (i: number): bigint => numbers.reduce((all, [d, f]) => all + d[i]! * f[i]!, 0n);
    return { got: pair.first, expected: (i) => BigInt(times) * (w?.[i] ?? 1n) * sum(i) };
  },
  combine: (run) => {
    const ys = Array.from({ length: 1 + (run.random() % 9) }, () =>
      run.operand(Math.min(0.5, limitOf(run.modulus)), 'coefficients', run.other),
    );
    const values = ys.map((y) => run.bench.arena.f64.slice(y.address / 8, y.address / 8 + N));
    const [factors, got] = [ys.map(() => factorOf(run)), run.target()];
    run.bench.ring.combine(
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
    expect(run.bench.ring.multiplyMatrix(matrix, sources, [got], Float64Array.of(constant))).toBe(true);
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
    const benches = await Promise.all(BITS.map(async (bits) => createRing(N, await sealPrimes(N, [bits, Math.min(50, bits + 2)]))));
    for (let at = 0; at < RUNS; at++) {
      const bench = benches[at % benches.length]!;
      const [modulus, other] = bench.moduli as [Modulus, Modulus];
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
          return kept(residuesOf(bench, of, pattern(PATTERNS[random() % PATTERNS.length]!, N, largest, random), form));
        },
        target: (of = modulus) => kept(bench.ring.allocate(of)),
        numbers: (residues) => canonical(bench, residues),
      };
      const { got, expected } = operations[name]!(run);
      expect(canonical(bench, got)).toEqual(Array.from({ length: N }, (_, i) => positive(expected(i), modulus.value)));
      for (const residues of taken) bench.ring.release(residues);
    }
  });
});
