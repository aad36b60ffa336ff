/** @module */
import { expect, test } from 'vitest';
import { Random } from '../../data/random.ts';
import { TrainableActivation } from './activation.ts';
import { exact, quadraticRelu, reluOrQuadratic } from './stand-in.ts';

test.each([0.5, 4])('the quadratic alternates around ReLU on [-reach, reach] with equal errors, as the nearest one does: %d', (reach) => {
  const { apply } = quadraticRelu(reach);
  // Extremes of x^2 / (2 reach) - |x| / 2 + reach / 16: at zero, half way, and at the ends.
  const errors = [-reach, -reach / 2, 0, reach / 2, reach].map((x) => apply(x) - Math.max(x, 0));
  [1, -1, 1, -1, 1].forEach((sign, index) => expect(errors[index]).toBeCloseTo((sign * reach) / 16, 12));
});

test('training draws both functions, what is finished is ReLU', () => {
  const random = Random.from(1);
  const layer = new TrainableActivation('relu', 'relu', 1, { draw: () => reluOrQuadratic(4, random) });
  const input = Float64Array.of(-1);
  const drawn = Array.from({ length: 100 }, () => layer.forward(input, 1, true)[0]!);
  const relus = drawn.filter((value) => value === 0).length;
  expect(relus).toBeGreaterThan(25);
  expect(relus).toBeLessThan(75);
  // -1/2 + 1 / (2 reach) + reach / 16 for reaches from 3 to 5.
  const quadratics = drawn.filter((value) => value !== 0);
  for (const value of quadratics) {
    expect(value).toBeGreaterThan(-0.147);
    expect(value).toBeLessThan(-0.087);
  }
  expect(new Set(quadratics).size).toBe(quadratics.length);
  expect(Array.from({ length: 20 }, () => layer.forward(input, 1, false)[0])).toEqual(new Array(20).fill(exact.relu.apply(-1)));
});
