/** @module */
import { assert, double, array, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveSamples } from './effective-samples.ts';
import { pairedRatio, precision_bits, summarize, summarizeLaunches, wilsonInterval, type Summary } from './statistics.ts';

const run = { seed: 20260102, numRuns: 100 };
const sample = double({ min: 1, max: 1e6, noNaN: true });
const samples = array(sample, { minLength: 6, maxLength: 40 });

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
  it('is the median by counting, whatever the samples', () => {
    assert(
      property(samples, (values) => {
        const { n, launches, median: middle } = summarize(values);
        expect({ n, launches }).toEqual({ n: values.length, launches: 1 });
        expect(middle).toBeCloseTo(naiveMedian(values), 6);
      }),
      run,
    );
  });

  it('has an interval around the median and within the samples, from 11 samples on; else a reason', () => {
    assert(
      property(samples, (values) => {
        const { n, median: middle, interval, scope, reason } = summarize(values);
        if (n < 11) {
          expect({ interval, scope }).toEqual({ interval: null, scope: null });
          expect(reason).toBe('no interval below n = 11 in one launch');
          return;
        }
        expect({ scope, reason }).toEqual({ scope: 'within one launch', reason: null });
        expect(interval!.low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(interval!.low).toBeLessThanOrEqual(middle);
        expect(interval!.high).toBeGreaterThanOrEqual(middle);
        expect(interval!.high).toBeLessThanOrEqual(Math.max(...values));
      }),
      run,
    );
  });

  it('scales with the unit of its samples', () => {
    const values = normals(40, 3).map((value) => 100 + value);
    const { median: middle, interval } = summarize(values);
    const doubled = summarize(values.map((value) => 2 * value));
    expect(doubled.median).toBe(2 * middle);
    expect(doubled.interval).toEqual({ low: 2 * interval!.low, high: 2 * interval!.high });
  });

  it('refuses no samples', () => {
    expect(() => summarize([])).toThrow(RangeError);
    expect(() => summarizeLaunches([[], []])).toThrow(RangeError);
  });

  it('repeats itself with one seed', () => {
    const values = normals(40, 3);
    expect(summarize(values, 5)).toEqual(summarize(values, 5));
  });

  it('is wider where neighbours are alike', () => {
    const values = normals(60, 4).map((value) => 100 + value);
    const width = ({ interval }: Summary) => interval!.high - interval!.low;
    // In order of size, neighbours are alike, and sixty samples are worth a few.
    const ordered = values.toSorted((left, right) => left - right);
    const sorted = summarize(ordered);
    expect(width(sorted)).toBeGreaterThan(2 * width(summarize(values)));
    expect(effectiveSamples(ordered)).toBeLessThan(5);
  });
});

describe('summarizeLaunches', () => {
  const launch = (centre: number, n: number, seed: number) => normals(n, seed).map((value) => centre + value / 100);

  it('counts a launch once, however many samples it took', () => {
    const { n, launches, median: middle } = summarizeLaunches([[1], [2], [3, 3, 3, 3, 3, 3, 3]]);
    expect({ n, launches, middle }).toEqual({ n: 9, launches: 3, middle: 2 });
  });

  it('gives no interval for two launches, and says why', () => {
    expect(summarizeLaunches([launch(10, 50, 1), launch(11, 50, 2)])).toMatchObject({
      launches: 2,
      interval: null,
      scope: null,
      reason: expect.stringContaining('two launches') as unknown,
    });
  });

  it("is Student's t over the logarithms of the medians, by hand", () => {
    // Logarithms -1, 0, 1: deviation 1, half-width 4.3027 / sqrt(3).
    const { interval, scope } = summarizeLaunches([[Math.exp(-1)], [1], [Math.E]]);
    expect(scope).toBe('over launches');
    expect(Math.log(interval!.high)).toBeCloseTo(4.30265 / Math.sqrt(3), 4);
    expect(Math.log(interval!.low)).toBeCloseTo(-4.30265 / Math.sqrt(3), 4);
  });

  it('is wide where launches differ, however many samples each has', () => {
    const alike = summarizeLaunches([1, 2, 3].map((seed) => launch(10, 200, seed)));
    const unlike = summarizeLaunches([launch(10, 200, 1), launch(10.5, 200, 2), launch(11, 200, 3)]);
    const width = ({ interval }: Summary) => interval!.high - interval!.low;
    expect(width(unlike)).toBeGreaterThan(20 * width(alike));
    expect(unlike.interval!.low).toBeLessThan(10);
    expect(unlike.interval!.high).toBeGreaterThan(11);
  });

  it('holds the median of medians, and does not depend on the order of launches', () => {
    assert(
      property(array(samples, { minLength: 3, maxLength: 12 }), (launches) => {
        const { median: middle, interval } = summarizeLaunches(launches);
        expect(interval!.low).toBeLessThanOrEqual(middle);
        expect(interval!.high).toBeGreaterThanOrEqual(middle);
        expect(summarizeLaunches(launches.toReversed()).interval!.low).toBeCloseTo(interval!.low, 6);
      }),
      run,
    );
  });

  it('leaves out launches without samples', () => {
    expect(summarizeLaunches([[], launch(10, 20, 1)])).toEqual(summarize(launch(10, 20, 1)));
  });

  it('gives no interval below the step of the clock', () => {
    expect(summarizeLaunches([[0], [0], [1]])).toMatchObject({ interval: null, reason: expect.stringContaining('clock') as unknown });
  });
});

describe('pairedRatio', () => {
  it('of equal samples is 1, and of doubled ones 2', () => {
    const values = normals(60, 9).map((value) => 100 + value);
    expect(pairedRatio(values, values)).toEqual({ value: 1, interval: { low: 1, high: 1 } });
    expect(
      pairedRatio(
        values.map((value) => 2 * value),
        values,
      ),
    ).toEqual({ value: 2, interval: { low: 2, high: 2 } });
  });

  it('is not moved by a drift that both sides share', () => {
    const drift = Array.from({ length: 50 }, (_, index) => 100 * (1 + index));
    const paired = pairedRatio(
      drift.map((value) => value * 1.1),
      drift,
    );
    expect(paired.interval!.high - paired.interval!.low).toBeLessThan(1e-9);
  });

  it('turns round with its sides', () => {
    assert(
      property(array(tuple(sample, sample), { minLength: 7, maxLength: 7 }), (pairs) => {
        const left = pairs.map(([value]) => value);
        const right = pairs.map(([, value]) => value);
        // Odd lengths: the median is one of the ratios, so that the law is exact.
        expect(pairedRatio(left, right).value * pairedRatio(right, left).value).toBeCloseTo(1, 9);
      }),
      run,
    );
  });

  it('needs 11 pairs for an interval, and pairs of equal length', () => {
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
