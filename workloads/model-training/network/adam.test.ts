/** @module */
import { expect, test } from 'vitest';
import { Adam } from './adam.ts';
import { parameter } from './trainable.ts';

test('two steps by hand: moments with their corrections, decay of weights only', () => {
  const weight = parameter(Float64Array.of(2), true);
  const bias = parameter(Float64Array.of(2), false);
  const adam = new Adam([weight, bias]);
  const slopes = [0.5, -1];
  let mean = 0;
  let square = 0;
  let expected = 2;
  slopes.forEach((slope, index) => {
    weight.gradient[0] = slope;
    bias.gradient[0] = slope;
    adam.step(0.1, 0.01);
    mean = 0.9 * mean + 0.1 * slope;
    square = 0.999 * square + 0.001 * slope ** 2;
    expected -= (0.1 * (mean / (1 - 0.9 ** (index + 1)))) / (Math.sqrt(square / (1 - 0.999 ** (index + 1))) + 1e-8);
    expect(bias.values[0]).toBeCloseTo(expected, 12);
    expect([weight.gradient[0], bias.gradient[0]]).toEqual([0, 0]);
  });
  // Decay takes 0.1% of the weight off in each step, before it moves: 2 -> 1.998 - 0.1 ...
  const first = 2 * (1 - 0.001) - 0.1 / (1 + 1e-8 / 0.5);
  const secondMove = expected - (2 - 0.1 / (1 + 1e-8 / 0.5));
  expect(weight.values[0]).toBeCloseTo(first * (1 - 0.001) + secondMove, 12);
});
