/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Arrangement } from '../../workloads/plan.ts';
import { arrange, collect } from './arrange.ts';

const SEED = 20_261;

/** A rule in which every number of the batch stands in at least one slot, among zeros and copies, in any order. */
const rules = fc
  .record({ samples: fc.integer({ min: 1, max: 5 }), values: fc.integer({ min: 1, max: 6 }), columns: fc.integer({ min: 2, max: 9 }) })
  .chain(({ samples, values, columns }) => {
    const numbers = Array.from({ length: samples * values }, (_, number) => number);
    return fc
      .record({
        extra: fc.array(fc.integer({ min: -1, max: numbers.length - 1 }), { maxLength: 3 * columns }),
        batch: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: numbers.length, maxLength: numbers.length }),
      })
      .chain(({ extra, batch }) =>
        fc.shuffledSubarray([...numbers, ...extra], { minLength: numbers.length + extra.length }).map((order) => ({
          samples,
          columns,
          batch,
          arrangement: { values, index: cut(order, columns) } satisfies Arrangement,
        })),
      );
  });

/** Pieces of equal length, the last filled with zero slots. */
function cut(order: readonly number[], columns: number): Int32Array[] {
  const pieces = Math.ceil(order.length / columns);
  return Array.from({ length: pieces }, (_, piece) =>
    Int32Array.from({ length: columns }, (_, slot) => order[piece * columns + slot] ?? -1),
  );
}

test('slots hold the number that the rule names, and zero elsewhere', () => {
  fc.assert(
    fc.property(rules, ({ columns, batch, arrangement }) => {
      const slots = arrange(arrangement, { rows: 1, columns }, Float64Array.from(batch));
      for (const [at, index] of arrangement.index.entries()) {
        for (let slot = 0; slot < columns; slot++) expect(slots[at]![slot]).toBe(index[slot] === -1 ? 0 : batch[index[slot]!]);
      }
    }),
    { seed: SEED },
  );
});

test('collecting what was arranged gives the batch back', () => {
  fc.assert(
    fc.property(rules, ({ samples, columns, batch, arrangement }) => {
      const slots = arrange(arrangement, { rows: 1, columns }, Float64Array.from(batch));
      expect([...collect(arrangement, samples, slots)]).toEqual(batch);
    }),
    { seed: SEED },
  );
});

test('the first slot that names a number holds it', () => {
  const arrangement = { values: 2, index: [Int32Array.of(1, -1), Int32Array.of(0, 1)] };
  expect(collect(arrangement, 1, [Float64Array.of(10, 11), Float64Array.of(12, 13)])).toEqual(Float64Array.of(12, 10));
});

test('whole numbers beyond 2^53 stay exact', () => {
  const batch = [2n ** 60n + 1n, -(2n ** 61n) - 3n];
  const arrangement = { values: 2, index: [Int32Array.of(1, -1, 0)] };
  const slots = arrange(arrangement, { rows: 1, columns: 3 }, batch);
  expect(slots).toEqual([[batch[1], 0n, batch[0]]]);
  expect(collect(arrangement, 1, slots)).toEqual(batch);
});

test('a rule that does not fit is refused', () => {
  const arrangement = { values: 2, index: [Int32Array.of(0, 1)] };
  expect(() => arrange(arrangement, { rows: 1, columns: 3 }, Float64Array.of(1, 2))).toThrow(/3 slots has 2 entries/);
  expect(() => arrange(arrangement, { rows: 1, columns: 2 }, Float64Array.of(1))).toThrow(/number 1 of a batch of 1/);
  expect(() => collect(arrangement, 1, [])).toThrow(/1 ciphertexts was given 0/);
  expect(() => collect(arrangement, 2, [Float64Array.of(1, 2)])).toThrow(/no slot holds number 2/);
});
