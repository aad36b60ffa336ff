/** @module */
import { assert, double, array, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, medianRatio, pairedRatio, precision_bits, summarize, wilsonInterval } from './statistics.ts';

const run = { seed: 20260102, numRuns: 100 };
const sample = double({ min: 1, max: 1e6, noNaN: true });
const samples = array(sample, { minLength: 6, maxLength: 20 });

/** Median by counting: half of the samples lie on each side. */
function naiveMedian(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const half = sorted.length / 2;
  return Number.isInteger(half) ? (sorted[half - 1]! + sorted[half]!) / 2 : sorted[Math.floor(half)]!;
}

/** The range of shares that a test at the 5% level would not reject, by bisection over its definition. */
function naiveWilson(successes: number, n: number): { low: number; high: number } {
  const share = successes / n;
  const rejected = (p: number) => Math.abs(share - p) > 1.959963984540054 * Math.sqrt((p * (1 - p)) / n);
  const edge = (outside: number) => {
    let [out, inside] = [outside, share];
    for (let i = 0; i < 60; i += 1) {
      const middle = (out + inside) / 2;
      if (rejected(middle)) out = middle;
      else inside = middle;
    }
    return inside;
  };
  return { low: rejected(0) ? edge(0) : 0, high: rejected(1) ? edge(1) : 1 };
}

/** Deterministic standard normals (Box and Muller) for coverage, from a generator unlike the one under test. */
function normals(n: number, seed: number): number[] {
  let state = BigInt(seed) * 6364136223846793005n + 1442695040888963407n;
  const draw = () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return (Number(state >> 11n) + 0.5) / 2 ** 53;
  };
  return Array.from({ length: n }, () => Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw()));
}

describe('summarize', () => {
  it('matches figures worked by hand', () => {
    // Quartiles as R's default, type 7: quantile(c(7,1,3,10,4)).
    expect(summarize([7, 1, 3, 10, 4])).toEqual({
      n: 5,
      median: 4,
      lowerQuartile: 3,
      upperQuartile: 7,
      medianAbsoluteDeviation: 3,
      min: 1,
      max: 10,
      interval: null,
    });
    expect(summarize([1, 2, 3, 4]).lowerQuartile).toBe(1.75);
  });

  it('matches naive versions', () => {
    assert(
      property(samples, (values) => {
        const middle = naiveMedian(values);
        const deviation = naiveMedian(values.map((value) => Math.abs(value - middle)));
        const summary = summarize(values);
        expect(summary).toMatchObject({ n: values.length, min: Math.min(...values), max: Math.max(...values) });
        expect(summary.median).toBeCloseTo(middle, 6);
        expect(summary.medianAbsoluteDeviation).toBeCloseTo(deviation, 6);
      }),
      run,
    );
  });

  it('orders its figures, whatever the order of the samples', () => {
    assert(
      property(samples, (values) => {
        const summary = summarize(values);
        const { interval } = summary;
        const ordered = [summary.min, summary.lowerQuartile, summary.median, summary.upperQuartile, summary.max];
        expect(ordered).toEqual([...ordered].sort((left, right) => left - right));
        expect(interval!.low).toBeGreaterThanOrEqual(summary.min);
        expect(interval!.low).toBeLessThanOrEqual(summary.median);
        expect(interval!.high).toBeGreaterThanOrEqual(summary.median);
        expect(interval!.high).toBeLessThanOrEqual(summary.max);
        expect(summarize([...values].reverse())).toEqual(summary);
      }),
      run,
    );
  });

  it('gives an interval from six samples on', () => {
    expect(summarize([1, 2, 3, 4, 5]).interval).toBe(null);
    expect(summarize([1, 2, 3, 4, 5, 6]).interval).not.toBe(null);
    expect(summarize([5]).median).toBe(5);
    expect(() => summarize([])).toThrow(RangeError);
  });

  it('gives an interval that covers the true median about 19 times in 20', () => {
    const trials = 300;
    const covered = Array.from({ length: trials }, (_, trial) => summarize(normals(25, trial + 1), trial).interval!).filter(
      ({ low, high }) => low <= 0 && high >= 0,
    );
    // Three standard errors of a binomial share of 0.95 in 300 trials are 0.038.
    expect(covered.length / trials).toBeGreaterThan(0.91);
    expect(covered.length / trials).toBeLessThan(0.99);
  });

  it('repeats itself with one seed, and draws anew with another', () => {
    const values = normals(40, 3);
    expect(summarize(values, 5)).toEqual(summarize(values, 5));
    expect(summarize(values, 5).interval).not.toEqual(summarize(values, 6).interval);
  });
});

describe('ratios', () => {
  it('of equal samples is 1, and of doubled ones 2', () => {
    const values = normals(60, 9).map((value) => 100 + value);
    const doubled = values.map((value) => 2 * value);
    const interval = expect.objectContaining({ low: 2, high: 2 }) as unknown;
    expect(pairedRatio(doubled, values)).toEqual({ value: 2, interval });
    const { value, interval: unpaired } = medianRatio(doubled, values);
    expect(value).toBeCloseTo(2, 12);
    expect(unpaired!.low).toBeLessThan(2);
    expect(unpaired!.high).toBeGreaterThan(2);
  });

  it('of pairs is not moved by a drift that both sides share', () => {
    const drift = Array.from({ length: 50 }, (_, index) => 100 * (1 + index));
    const slower = drift.map((value) => value * 1.1);
    const paired = pairedRatio(slower, drift);
    expect(paired.interval!.high - paired.interval!.low).toBeLessThan(1e-9);
    const unpaired = medianRatio(slower, drift);
    expect(unpaired.interval!.high - unpaired.interval!.low).toBeGreaterThan(0.1);
  });

  it('turns round with its sides', () => {
    assert(
      property(array(tuple(sample, sample), { minLength: 7, maxLength: 7 }), (pairs) => {
        const left = pairs.map(([value]) => value);
        const right = pairs.map(([, value]) => value);
        // Odd lengths: the median is one of the ratios, so that the law is exact.
        expect(pairedRatio(left, right).value * pairedRatio(right, left).value).toBeCloseTo(1, 9);
        expect(medianRatio(left, right).value).toBeCloseTo(median(left) / median(right), 9);
      }),
      run,
    );
  });

  it('needs six on both sides for an interval, and pairs of equal length', () => {
    expect(medianRatio([1, 2, 3, 4, 5, 6], [1, 2, 3]).interval).toBe(null);
    expect(pairedRatio([1, 2], [1, 2]).interval).toBe(null);
    expect(() => pairedRatio([1, 2], [1])).toThrow(RangeError);
  });
});

describe('wilsonInterval', () => {
  it('matches published values', () => {
    // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    const published = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const;
    for (const [successes, n, low, high] of published) {
      expect(wilsonInterval(successes, n).low).toBeCloseTo(low, 4);
      expect(wilsonInterval(successes, n).high).toBeCloseTo(high, 4);
    }
  });

  it('is what its test does not reject', () => {
    const share = integer({ min: 1, max: 3000 }).chain((n) => tuple(integer({ min: 0, max: n }), integer({ min: n, max: n })));
    assert(
      property(share, ([successes, n]) => {
        const interval = wilsonInterval(successes, n);
        const reference = naiveWilson(successes, n);
        expect(interval.low).toBeCloseTo(reference.low, 9);
        expect(interval.high).toBeCloseTo(reference.high, 9);
      }),
      run,
    );
  });

  it.each([
    [1, 0],
    [-1, 5],
    [6, 5],
    [NaN, 5],
  ])('refuses %d of %d', (successes, n) => {
    expect(() => wilsonInterval(successes, n)).toThrow(RangeError);
  });
});

describe('precision_bits', () => {
  it('counts halvings of the range', () => {
    expect(precision_bits(8, 8)).toBe(0);
    expect(precision_bits(8, 1 / 128)).toBe(10);
    expect(precision_bits(1, 4)).toBe(-2);
    expect(precision_bits(8, 0)).toBe(null);
  });
});
