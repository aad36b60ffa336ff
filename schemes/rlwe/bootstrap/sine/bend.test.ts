/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bend, unbend } from './bend.ts';

test('what is bent is unbent, within a quarter of a turn', () => {
  fc.assert(
    fc.property(fc.double({ min: -0.2, max: 0.2, noNaN: true }), fc.double({ min: 0.01, max: 2 ** 20, noNaN: true }), (part, turn) => {
      const value = part * turn;
      expect(Math.abs(unbend(bend(value, turn), turn) - value)).toBeLessThan(2 ** -49 * turn);
    }),
    { seed: 22 },
  );
});

test('at the usual ratio of 2^10 the bend is 2^-17.3 of the largest value', () => {
  expect(Math.log2(1 - bend(1, 1024))).toBeCloseTo(-17.28, 2);
  expect(bend(-3, 1024)).toBe(-bend(3, 1024));
});

test('no value is bent further than the sine reaches', () => {
  expect(() => unbend(163, 1024)).toThrow(RangeError);
  expect(() => unbend(Number.NaN, 1024)).toThrow(RangeError);
});
