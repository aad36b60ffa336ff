/** @module */
import { expect, test, vi } from 'vitest';
import { Random } from '../data/random.ts';
import { randomDense } from '../network/network.fixture.ts';
import { vectorShape } from '../network/shape.ts';
import { networkBaseline } from './network-baseline.ts';

const network = { input: { shape: vectorShape(6), min: -1, max: 1 }, layers: [randomDense(Random.from(1, 'baseline'), 'dense', 6, 2)] };

test.each([1, 3, 1000])('of %i samples the first are at hand before a run, and go round', (samples) => {
  const sample = vi.fn<(index: number) => Float64Array>(() => new Float64Array(6));
  const baseline = networkBaseline({ network, samples, sample });
  const made = sample.mock.calls.map(([index]) => index);
  expect(made).toEqual(Array.from(made.keys()));
  expect(made.length).toBeLessThanOrEqual(samples);
  expect(baseline.inferences).toBe(1);
  for (let call = 0; call < 40; call++) baseline.run();
  expect(sample).toHaveBeenCalledTimes(made.length);
});
