/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Correctness } from '../../../schemes/scheme.ts';
import type { Values } from '../../../schemes/circuit.ts';
import { judge, type Reading } from './accuracy.ts';
import type { HeldOut } from './held-out.ts';
import { type ObservedBatch, ObservedOutputs } from '../outputs.ts';

const APPROXIMATE: Correctness = { kind: 'approximate', precision_bits: 6, modelled_bits: null };
const EXACT: Correctness = { kind: 'exact', failure_log2: null };
const NOISY: Correctness = { kind: 'noisy', maxSteps: 2, failure_log2: -1 };

const HELD_OUT: HeldOut = { samples: 4, float: 0.75, planned: 1, onlyFloat: 0, onlyPlanned: 1, p: 1 };

/** What the planned network gives for one sample after the other. */
type Planned = readonly Values[];
const RIGHT: Planned = [Float64Array.of(1, 0), Float64Array.of(0, 1), Float64Array.of(1, 0), Float64Array.of(1, 0)];

/** Four samples of two classes, two samples a batch. */
function reading(
  planned: Planned,
  changes: Partial<Reading> & { labels?: Uint8Array | null; step?: number | null; largest?: number } = {},
): Reading {
  const { labels = Uint8Array.of(0, 1, 0, 0), step = null, correctness = APPROXIMATE, range = 64, largest = 64 } = changes;
  const plan = { circuits: [], actions: [], arrangements: {}, batch: 2 };
  const output = { result: 'output', values: 2, step, threshold: 0 };
  const outputRange = { largest, source: 'a test' };
  const task = {
    plan,
    samples: 4,
    labels,
    output,
    planned: (sample: number) => planned[sample]!,
    outputRange,
    passedRanges: [],
    worstCase: null,
  };
  return { task, correctness, range, compared: { heldOut: labels === null ? null : HELD_OUT } };
}

function batch(first: number, encrypted: number[]): ObservedBatch {
  const outputs = Float64Array.from(encrypted);
  return { first, outputs, low: outputs, high: outputs };
}

test('shares of what was encrypted, each sample counted once', () => {
  const batches = [
    batch(0, [1, 0, 0, 1]), // both right
    batch(2, [1, 0, 0, 1]), // the second sample is flipped by encryption
    batch(0, [0, 1, 1, 0]), // seen before
  ];
  const { accuracy } = judge(batches, reading(RIGHT));
  expect(accuracy).toMatchObject({ samples: 4, encrypted: 0.75, agreement: 0.75, heldOut: HELD_OUT });
});

test('a batch that reaches past the last sample begins again with the first', () => {
  const { accuracy } = judge([batch(3, [1, 0, 1, 0])], reading(RIGHT));
  expect(accuracy).toMatchObject({ samples: 2, encrypted: 1, agreement: 1, maxAbsError: 0 });
});

test('error, range and precision are in real units', () => {
  const planned = [Float64Array.of(10, 20), Float64Array.of(30, 40)];
  const { accuracy, wrong } = judge([batch(0, [10, 20, 30.5, 40])], reading(planned, { step: 0.25, largest: 16 }));
  expect(accuracy).toMatchObject({ maxAbsError: 0.125, outputRange: 16, outputRangeSource: 'a test', precision_bits: 7 });
  expect(wrong).toBeNull();
});

test('precision is counted in the range of the network, whatever range a layout gives its outputs', () => {
  const precisions = [64, 1000].map((range) => judge([batch(0, [1, 0, 0.5, 1])], reading(RIGHT, { range })).accuracy.precision_bits);
  expect(precisions).toEqual([7, 7]);
});

test("where all outputs of the network are zero, the range is the plan's own", () => {
  const { accuracy } = judge([batch(0, [1, 0, 0.5, 1])], reading(RIGHT, { range: 32, step: 0.5, largest: 0 }));
  expect(accuracy).toMatchObject({ maxAbsError: 0.25, outputRange: 16, precision_bits: 6 });
  expect(accuracy.outputRangeSource).toContain('all of the float network are zero');
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
  const { wrong, accuracy, notes } = judge(
    [batch(0, [error, 2, 3, 4])],
    reading([Float64Array.of(0, 2), Float64Array.of(3, 4)], { correctness }),
  );
  expect(wrong === null).toBe(right);
  const unknown = Object.entries(accuracy).flatMap(([field, value]) => (value === null ? [`accuracy.${field}`] : []));
  expect(Object.keys(notes)).toEqual(unknown);
});

test('a workload without classes has errors and no shares, with the reason', () => {
  const { accuracy, notes } = judge([batch(0, [1, 2, 3, 4.5])], reading([Float64Array.of(1, 2), Float64Array.of(3, 4)], { labels: null }));
  expect(accuracy).toMatchObject({ samples: 2, heldOut: null, encrypted: null, agreement: null, maxAbsError: 0.5 });
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
  const planned = [
    [2n ** 60n, 0n],
    [0n, 0n],
  ];
  expect(judge(observed.batches, reading(planned, { correctness: EXACT, step: 1 })).wrong).toMatch(/^1 of 4 outputs differ/);
});

test('a repetition that is not a number is not forgotten', () => {
  const observed = new ObservedOutputs();
  for (const first of [1, NaN, 1]) observed.add(0, Float64Array.of(first, 0, 0, 0));
  expect(judge(observed.batches, reading([Float64Array.of(1, 0), Float64Array.of(0, 0)])).wrong).not.toBeNull();
});
