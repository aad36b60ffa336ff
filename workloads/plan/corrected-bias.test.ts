/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../data/random.ts';
import { randomDense } from '../network/network.fixture.ts';
import { denseMap } from '../network/dense.ts';
import { multiplyVector } from '../network/sparse.ts';
import { countedLinear } from './corrected-bias.ts';
import type { Operands } from './layers-so-far.ts';

const [INPUTS, OUTPUTS, STEP] = [20, 4, 1 / 8];

/** Whole numbers of steps around `middle`. */
function counts(random: Random, middle: number, samples: number): Float64Array[] {
  return Array.from({ length: samples }, () => new Float64Array(INPUTS).map(() => middle + random.below(33) - 16));
}

test('rounded weights have the outputs of exact ones in the mean over calibration samples, within half a step', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), fc.integer({ min: -5000, max: 5000 }), fc.integer({ min: 3, max: 8 }), (seed, middle, bits) => {
      const random = Random.from(seed, 'corrected');
      const real = denseMap(randomDense(random, 'dense', INPUTS, OUTPUTS));
      const samples = counts(random, middle, 16);
      const facts = { min: -6000, max: 6000, step: STEP, bound: 'proven' } as const;
      const operands: Operands = { values: [{ width: INPUTS, facts }], rule: { bound: 'calibrated', samples, margin: 2 } };
      const { map, step } = countedLinear(real, operands, bits);
      for (let row = 0; row < OUTPUTS; row++) {
        const error = samples.map((sample) => {
          const exact = multiplyVector(real.matrix, sample)[row]! * STEP + real.bias[row]!;
          return (multiplyVector(map.matrix, sample)[row]! + map.bias[row]!) * step - exact;
        });
        expect(Math.abs(error.reduce((sum, one) => sum + one, 0) / samples.length)).toBeLessThanOrEqual(step * 0.501);
      }
      const proven = countedLinear(real, { ...operands, rule: { bound: 'proven' } }, bits);
      expect([...proven.map.bias]).toEqual(Array.from(real.bias, (bias) => Math.round(bias / proven.step) + 0));
    }),
    { seed: 71, numRuns: 100 },
  );
});
