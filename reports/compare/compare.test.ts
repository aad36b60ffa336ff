/** @module */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../workloads/data/random.ts';
import { completedRecord, recordWithoutResult, runInformation, samplesAround } from '../../harness/record/record.examples.ts';
import type { LaunchRecord, MeasuredRecord } from '../../harness/record/record.ts';
import { compareRuns, regressions } from './comparison.ts';
import { comparisonTables } from './tables.ts';
import { holm } from './holm.ts';

const run = (records: readonly LaunchRecord[], information = runInformation()) => ({ information, records, warnings: [] });

/** Launches taken in turns with another run of `offset` 1: each as the machine is then, times its own spread. */
function launches(random: Random, slowdown: number, offset: 0 | 1, weather: readonly number[], workload = 'dense-64'): MeasuredRecord[] {
  return weather.map((factor, at) => {
    const evaluate_ns = Math.round(40e6 * slowdown * factor * Math.exp(random.normal(0, 0.01)));
    const { stages } = completedRecord();
    return completedRecord({
      workload,
      launch: at + 1,
      startedAt: new Date(Date.UTC(2026, 0, 1, 0, 2 * at + offset)).toISOString(),
      stages: { ...stages, evaluate: { samples_ns: samplesAround(evaluate_ns, 15), warmup_ns: [] } },
    });
  });
}

/** Two cases of five launches each, in turns, on a machine whose speed drifts by several percent. */
function verdicts(seed: number, slowdown: number): readonly string[] {
  const random = Random.from(seed, 'compare');
  const [base, next]: MeasuredRecord[][] = [[], []];
  for (const workload of ['dense-64', 'dense-128']) {
    const weather = Array.from({ length: 5 }, () => Math.exp(random.normal(0, 0.04)));
    base!.push(...launches(random, 1, 0, weather, workload));
    next!.push(...launches(random, slowdown, 1, weather, workload));
  }
  return compareRuns(run(base!), run(next!)).map(({ verdict }) => verdict);
}

describe('five launches of two cases, taken in turns', () => {
  it('raise no false alarm in 10 of 10 repeats', () => {
    for (let seed = 1; seed <= 10; seed++) expect(verdicts(seed, 1)).toEqual(['no difference', 'no difference']);
  });

  it('show a slowdown of 10% in at least 16 of 20, and of 30% in all', () => {
    const found = (slowdown: number): number =>
      Array.from({ length: 20 }, (_, seed) => verdicts(seed + 100, slowdown)).filter((both) =>
        both.every((verdict) => verdict === 'slower'),
      ).length;
    expect(found(1.1)).toBeGreaterThanOrEqual(16);
    expect(found(1.3)).toBe(20);
    expect(verdicts(7, 1 / 1.3)).toEqual(['faster', 'faster']);
  });
});

describe('the interval of a ratio', () => {
  it('holds the true one in about 95% of comparisons, in turns or not', () => {
    for (const offset of [0, 1] as const) {
      let inside = 0;
      for (let seed = 0; seed < 400; seed++) {
        const random = Random.from(seed, `coverage ${offset}`);
        const still = Array.from({ length: 5 }, () => 1);
        const later = launches(random, 1.2, offset, still).map((record, at) =>
          offset === 1 ? record : { ...record, startedAt: new Date(Date.UTC(2027, 0, 1, 0, at)).toISOString() },
        );
        const [{ time } = { time: null }] = compareRuns(run(launches(random, 1, 0, still)), run(later));
        expect(time?.paired).toBe(offset === 1);
        // Load and store do not change: the sum grows by less than the evaluation.
        const truth = (40 * 1.2 + 1.113) / (40 + 1.113);
        if (time!.interval!.low <= truth && truth <= time!.interval!.high) inside++;
      }
      expect(inside / 400).toBeGreaterThan(0.91);
      expect(inside / 400).toBeLessThan(0.985);
    }
  });
});

describe('what is not comparable', () => {
  const three = [1, 2, 3].map((launch) => completedRecord({ launch }));

  it.each([
    ['a case of one run alone', run(three), run([]), 'not in the new run'],
    ['one launch', run(three), run([completedRecord()]), 'fewer than 3 launches'],
    [
      'another machine',
      run(three),
      run(three, { ...runInformation(), processor: { model: 'Other', cores: 64, features: null } }),
      'another machine',
    ],
  ])('%s', (_, base, next, reason) => {
    expect(compareRuns(base, next)).toMatchObject([{ verdict: 'not comparable', reason: expect.stringContaining(reason) as string }]);
  });

  it('a case that fails now is broken, and passes no gate', () => {
    const compared = compareRuns(run(three), run([recordWithoutResult('failed')]));
    expect(compared).toMatchObject([{ verdict: 'broken' }]);
    expect(regressions(compared, { threshold: 10, on: 'costs' })).toHaveLength(1);
  });
});

describe('costs', () => {
  const base = [1, 2, 3].map((launch) => completedRecord({ launch }));
  const next = base.map((record) => ({ ...record, operations: { ...record.operations, 'rotate@3': 22 }, depth: 2 }));

  it('are compared exactly, also between machines', () => {
    const other = { ...runInformation(), processor: { model: 'Other', cores: 64, features: null } };
    expect(compareRuns(run(base), run(next, other))[0]!.costs).toEqual([
      { cost: 'depth', base: 1, next: 2 },
      { cost: 'operations.rotate@3', base: 20, next: 22 },
    ]);
    expect(compareRuns(run(base), run(base, other))[0]!.costs).toEqual([]);
  });

  it('alone decide, over the threshold', () => {
    const compared = compareRuns(run(base), run(next));
    expect(regressions(compared, { threshold: 0, on: 'costs' })).toHaveLength(2);
    expect(regressions(compared, { threshold: 0.1, on: 'costs' })).toEqual([expect.stringContaining('depth grew from 1 to 2')]);
    expect(regressions(compareRuns(run(next), run(base)), { threshold: 0, on: 'costs' })).toEqual([]);
    expect(comparisonTables(compared).map(({ rows }) => rows.length)).toEqual([1, 2]);
  });
});

describe('holm', () => {
  it('raises p-values, keeps their order, and no more than Bonferroni', () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (p) => {
        const adjusted = holm(p);
        for (const [at, value] of adjusted.entries()) {
          expect(value).toBeGreaterThanOrEqual(p[at]!);
          expect(value).toBeLessThanOrEqual(Math.min(1, p.length * p[at]!) + 1e-12);
        }
      }),
    );
  });
});

it('does not call launches taken in turns where there are too few to tell', () => {
  const one = run(launches(Random.from(1, 'one launch'), 1, 0, [1]));
  const [{ time } = { time: null }] = compareRuns(one, run(launches(Random.from(2, 'one launch'), 1, 1, [1])));
  expect(time).toMatchObject({ interval: null, paired: false });
});
