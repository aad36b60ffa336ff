/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Correctness } from '../../schemes/scheme.ts';
import { judge, type ComparedBatch, type Reading } from './accuracy.ts';
import { ObservedOutputs } from './outputs.ts';

const APPROXIMATE: Correctness = { kind: 'approximate', precision_bits: 6 };
const EXACT: Correctness = { kind: 'exact', failure_log2: null };
const NOISY: Correctness = { kind: 'noisy', maxSteps: 2, failure_log2: -1 };

/** Four samples of two classes, two samples a batch; the float network says 0, 1, 1, 0. */
function reading(changes: Partial<Reading> & { labels?: Uint8Array | null; step?: number | null } = {}): Reading {
  const { labels = Uint8Array.of(0, 1, 0, 0), step = null, correctness = APPROXIMATE, range = 64 } = changes;
  const float = [0, 1, 1, 0].map((right) => Float64Array.of(1 - right, right));
  const plan = { circuits: [], steps: [], arrangements: {}, batch: 2 };
  const output = { result: 'output', values: 2, step };
  return { task: { plan, samples: 4, labels, output, float: (sample) => float[sample]! }, correctness, range };
}

function batch(first: number, planned: number[], encrypted: number[]): ComparedBatch {
  const outputs = Float64Array.from(encrypted);
  return { first, planned: Float64Array.from(planned), outputs, low: outputs, high: outputs };
}

test('shares of every kind, each sample counted once', () => {
  const batches = [
    batch(0, [1, 0, 0, 1], [1, 0, 0, 1]), // both right
    batch(2, [1, 0, 1, 0], [1, 0, 0, 1]), // the second sample is flipped by encryption
    batch(0, [1, 0, 0, 1], [0, 1, 1, 0]), // seen before
  ];
  const { accuracy } = judge(batches, reading());
  expect(accuracy).toMatchObject({ samples: 4, float: 0.75, planned: 1, encrypted: 0.75, agreement: 0.75 });
});

test('a batch that reaches past the last sample begins again with the first', () => {
  const { accuracy } = judge([batch(3, [1, 0, 1, 0], [1, 0, 1, 0])], reading());
  expect(accuracy).toMatchObject({ samples: 2, float: 1, planned: 1 });
});

test('error, range and precision are in real units', () => {
  const { accuracy, wrong } = judge([batch(0, [10, 20, 30, 40], [10, 20, 30.5, 40])], reading({ step: 0.25 }));
  expect(accuracy).toMatchObject({ maxAbsError: 0.125, outputRange: 16, precision_bits: 7 });
  expect(wrong).toBeNull();
});

test.each([
  { name: 'approximate, at the limit', correctness: APPROXIMATE, error: 1, right: true },
  { name: 'approximate, past it', correctness: APPROXIMATE, error: 1.01, right: false },
  { name: 'exact, equal', correctness: EXACT, error: 0, right: true },
  { name: 'exact, off by the least', correctness: EXACT, error: 1e-12, right: false },
  { name: 'noisy, as far as noise goes', correctness: NOISY, error: 2, right: true },
  { name: 'noisy, farther', correctness: NOISY, error: 3, right: false },
  { name: 'not a number', correctness: APPROXIMATE, error: NaN, right: false },
  { name: 'not a number, noisy', correctness: NOISY, error: NaN, right: false },
  { name: 'infinite', correctness: EXACT, error: Infinity, right: false },
])('right or wrong: $name', ({ correctness, error, right }) => {
  const { wrong, accuracy, notes } = judge([batch(0, [0, 2, 3, 4], [error, 2, 3, 4])], reading({ correctness }));
  expect(wrong === null).toBe(right);
  const unknown = Object.entries(accuracy).flatMap(([field, value]) => (value === null ? [`accuracy.${field}`] : []));
  expect(Object.keys(notes)).toEqual(unknown);
});

test('a workload without classes has errors and no shares, with the reason', () => {
  const { accuracy, notes } = judge([batch(0, [1, 2, 3, 4], [1, 2, 3, 4.5])], reading({ labels: null }));
  expect(accuracy).toMatchObject({ samples: 2, float: null, planned: null, encrypted: null, agreement: null, maxAbsError: 0.5 });
  expect(notes['accuracy.encrypted']).toBe('the workload has no classes');
});

test('repetitions of a batch keep its worst error, the first outputs and exact whole numbers', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 6 }),
      (repetitions) => {
        const observed = new ObservedOutputs();
        for (const outputs of repetitions) observed.add(0, outputs);
        const [{ outputs, low, high }] = observed.batches as [(typeof observed.batches)[0]];
        expect(outputs).toEqual(repetitions[0]);
        for (let at = 0; at < 3; at++) {
          const values = repetitions.map((values) => values[at]!).sort((a, b) => (a < b ? -1 : 1));
          expect([low[at], high[at]]).toEqual([values[0], values.at(-1)]);
        }
      },
    ),
    { seed: 7 },
  );
});

test('one repetition that is off by one beyond 2^53 is wrong', () => {
  const observed = new ObservedOutputs();
  observed.add(0, [2n ** 60n, 0n, 0n, 0n]);
  observed.add(0, [2n ** 60n + 1n, 0n, 0n, 0n]);
  const compared = observed.batches.map((one) => ({ ...one, planned: [2n ** 60n, 0n, 0n, 0n] }));
  expect(judge(compared, reading({ correctness: EXACT, step: 1 })).wrong).toMatch(/^1 of 4 outputs differ/);
});

test('a repetition that is not a number is not forgotten', () => {
  const observed = new ObservedOutputs();
  for (const first of [1, NaN, 1]) observed.add(0, Float64Array.of(first, 0, 0, 0));
  const compared = observed.batches.map((one) => ({ ...one, planned: Float64Array.of(1, 0, 0, 0) }));
  expect(judge(compared, reading()).wrong).not.toBeNull();
});
