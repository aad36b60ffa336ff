/** @module */
import { describe, expect, test } from 'vitest';
import { valueAt } from './polynomial.ts';
import { minimaxFit } from './minimax.ts';

const powersTo = (degree: number): number[] => Array.from({ length: degree + 1 }, (_, power) => power);

test.each([2, 3, 5, 8])('x^%d by lower powers is off by the leading share of a Chebyshev polynomial', (degree) => {
  const { leastError } = minimaxFit((x) => x ** degree, { min: -1, max: 1 }, powersTo(degree - 1));
  expect(leastError).toBeCloseTo(2 ** (1 - degree), 8);
});

test('|x| by even powers up to 2 is x^2 + 1/8', () => {
  const { polynomial, leastError } = minimaxFit((x) => x, { min: 0, max: 1 }, [0, 2]);
  expect(polynomial[0]).toBeCloseTo(1 / 8, 8);
  expect(polynomial.slice(1)).toEqual([0, expect.closeTo(1, 8)]);
  expect(leastError).toBeCloseTo(1 / 8, 8);
});

test.each([0.1, 0.25, 0.5])('sign by a multiple of x beyond a gap of %d is off by (1 - gap) / (1 + gap)', (gap) => {
  const { polynomial, leastError } = minimaxFit(() => 1, { min: gap, max: 1 }, [1]);
  expect(polynomial).toEqual([0, expect.closeTo(2 / (1 + gap), 9)]);
  expect(leastError).toBeCloseTo((1 - gap) / (1 + gap), 9);
});

describe.each([
  ['exp by degree 4', Math.exp, { min: -1, max: 1 }, powersTo(4)],
  ['sign by odd powers to 15', () => 1, { min: 0.25, max: 1 }, [1, 3, 5, 7, 9, 11, 13, 15]],
  ['|x| by even powers to 10', (x: number) => x, { min: 0, max: 1 }, [0, 2, 4, 6, 8, 10]],
] as const)('%s', (_name, of, interval, powers) => {
  const { polynomial, extrema, leastError } = minimaxFit(of, interval, powers);
  const errors = extrema.map((x) => of(x) - valueAt(polynomial, x));

  test('the error alternates between equal extremes, once more than there are powers', () => {
    expect(errors).toHaveLength(powers.length + 1);
    errors.forEach((error, at) => {
      expect(Math.abs(error) / leastError).toBeCloseTo(1, 7);
      if (at > 0) expect(Math.sign(error)).toBe(-Math.sign(errors[at - 1]!));
    });
  });

  test('nowhere between is it greater', () => {
    for (let at = 0; at <= 100_000; at++) {
      const x = interval.min + ((interval.max - interval.min) * at) / 100_000;
      expect(Math.abs(of(x) - valueAt(polynomial, x))).toBeLessThanOrEqual(leastError * (1 + 1e-4));
    }
  });
});

test('powers that cannot follow the function are told', () => {
  expect(() => minimaxFit(Math.abs, { min: -1, max: 1 }, [1, 3])).toThrow('no polynomial of powers 1, 3');
});
