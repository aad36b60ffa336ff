/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SlotShape, TransformTerm } from '../../../schemes/circuit.ts';
import { Random } from '../../data/random.ts';
import { followSamples } from './followed-samples.ts';
import { slotStages, type SlotSums } from './slot-sums.ts';

/** About a third of its slots are empty. */
function randomSlots(random: Random, slots: number): Float64Array {
  return new Float64Array(slots).map(() => (random.below(3) === 0 ? 0 : random.uniform(-2, 2)));
}

function randomSums(random: Random, shape: SlotShape, inputs: number, outputs: number): SlotSums {
  const slots = shape.rows * shape.columns;
  const term = (): TransformTerm => ({
    from: random.below(inputs),
    baby: random.below(shape.columns),
    giant: random.below(shape.columns),
    plain: randomSlots(random, slots),
  });
  return {
    shape,
    terms: Array.from({ length: outputs }, () => Array.from({ length: 1 + random.below(5) }, term)),
    folds: Array.from({ length: random.below(3) }, () => random.below(shape.columns)),
    foldRows: shape.rows === 2 && random.below(2) === 0,
    bias: random.below(2) === 0 ? null : Array.from({ length: outputs }, () => randomSlots(random, slots)),
  };
}

test('ranges and slots of any number of samples are those of the sums over one after the other', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), fc.integer({ min: 1, max: 9 }), fc.constantFrom<1 | 2>(1, 2), (seed, count, rows) => {
      const random = Random.from(seed, 'followed');
      const shape = { rows, columns: 8 };
      const slots = rows * 8;
      const sums = randomSums(random, shape, 2, 2);
      const samples = Array.from({ length: count }, () => randomSlots(random, 2 * slots));
      const output = { roles: Array.from({ length: Math.log2(slots) }, () => 'value' as const), ciphertexts: 2 };
      const { ranges, last } = followSamples(sums, { columns: 8, slots: samples }, { margin: 1.5, output });
      const stages = samples.map((sample) =>
        slotStages(sums, { constant: (value) => value, product: (weight, column) => weight * sample[column]! }),
      );
      expect(last).toEqual({ columns: 8, slots: stages.map((ofSample) => ofSample.at(-1)!) });
      ranges.forEach(({ min, max }, stage) => {
        const all = stages.flatMap((ofSample) => [...ofSample[stage]!]);
        expect([min, max]).toEqual([1.5 * Math.min(0, ...all), 1.5 * Math.max(0, ...all)]);
      });
    }),
    { seed: 55, numRuns: 60 },
  );
});
