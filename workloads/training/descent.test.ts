/** @module */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchesOf, descend, startDescent, type DescentRule, type DescentState } from './descent.ts';

/** Half the sum of squares, each weighed: the gradient is known, and so is the way. */
function descended(rule: DescentRule, curvature: number, updates: number): number {
  let state: DescentState = startDescent(Float64Array.of(1));
  for (let update = 0; update < updates; update++)
    state = descend(
      rule,
      state,
      state.point.map((at) => curvature * at),
      1,
    );
  return state.weights[0]!;
}

describe('descent', () => {
  it('by gradients shrinks a quadratic by the same factor each time', () => {
    expect(descended({ method: 'gradient', rate: 0.1 }, 2, 20)).toBeCloseTo(0.8 ** 20, 12);
  });

  it('is the mean gradient, whatever the batch', () => {
    const state = startDescent(new Float64Array(1));
    const step = (gradient: number, samples: number): number =>
      descend({ method: 'gradient', rate: 1 }, state, Float64Array.of(gradient), samples).weights[0]!;
    expect(step(6, 2)).toBe(step(30, 10));
  });

  it('of Nesterov begins as plain descent and is nearer where curvature is small', () => {
    const [plain, fast] = (['gradient', 'nesterov'] as const).map((method) => ({ method, rate: 0.1 }));
    expect(descended(fast!, 0.1, 1)).toBe(descended(plain!, 0.1, 1));
    expect(Math.abs(descended(fast!, 0.1, 60))).toBeLessThan(Math.abs(descended(plain!, 0.1, 60)) / 2);
  });
});

describe('batches', () => {
  it('are equal, in order, and hold every row', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 600 }), (rows, most) => {
        const batches = batchesOf(rows, most);
        const seen = new Set(batches.flatMap(({ first, count }) => Array.from({ length: count }, (_, at) => first + at)));
        expect([...seen].sort((a, b) => a - b)).toEqual([...Array(rows).keys()]);
        expect(new Set(batches.map(({ count }) => count)).size).toBe(1);
        expect(batches[0]!.count).toBeLessThanOrEqual(most);
      }),
    );
  });
});
