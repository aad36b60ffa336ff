/** @module */
import { expect, test } from 'vitest';
import { type Polynomial, valueAt } from './polynomial.ts';
import type { Interval } from '../range.ts';
import { minimaxFit } from './minimax.ts';

const powersTo = (degree: number): number[] => Array.from({ length: degree + 1 }, (_, power) => power);

/** The greatest error of either sign, each time that it changes its sign; on a dense grid. */
function extremes(of: (x: number) => number, polynomial: Polynomial, { min, max }: Interval): number[] {
  const found: number[] = [];
  for (let at = 0; at <= 100_000; at++) {
    const x = min + ((max - min) * at) / 100_000;
    const error = of(x) - valueAt(polynomial, x);
    const last = found.at(-1);
    if (last === undefined || error * last < 0) found.push(error);
    else if (Math.abs(error) > Math.abs(last)) found[found.length - 1] = error;
  }
  return found;
}

function greatestError(of: (x: number) => number, polynomial: Polynomial, interval: Interval): number {
  return Math.max(...extremes(of, polynomial, interval).map(Math.abs));
}

test.each([2, 3, 5, 8])('x^%d by lower powers is off by the leading share of a Chebyshev polynomial', (degree) => {
  const [of, interval] = [(x: number) => x ** degree, { min: -1, max: 1 }] as const;
  const polynomial = minimaxFit(of, interval, powersTo(degree - 1));
  expect(greatestError(of, polynomial, interval)).toBeCloseTo(2 ** (1 - degree), 8);
});

test('|x| by even powers up to 2 is x^2 + 1/8', () => {
  const polynomial = minimaxFit((x) => x, { min: 0, max: 1 }, [0, 2]);
  expect(polynomial[0]).toBeCloseTo(1 / 8, 8);
  expect(polynomial.slice(1)).toEqual([0, expect.closeTo(1, 8)]);
});

test.each([0.1, 0.25, 0.5])('sign by a multiple of x beyond a gap of %d is off by (1 - gap) / (1 + gap)', (gap) => {
  const interval = { min: gap, max: 1 };
  const polynomial = minimaxFit(() => 1, interval, [1]);
  expect(polynomial).toEqual([0, expect.closeTo(2 / (1 + gap), 9)]);
  expect(greatestError(() => 1, polynomial, interval)).toBeCloseTo((1 - gap) / (1 + gap), 9);
});

test.each([
  ['exp by degree 4', Math.exp, { min: -1, max: 1 }, powersTo(4)],
  ['sign by odd powers to 15', () => 1, { min: 0.25, max: 1 }, [1, 3, 5, 7, 9, 11, 13, 15]],
  ['|x| by even powers to 10', (x: number) => x, { min: 0, max: 1 }, [0, 2, 4, 6, 8, 10]],
] as const)(
  '%s: the error takes its greatest value once more than there are powers, with alternating sign',
  (_name, of, interval, powers) => {
    const errors = extremes(of, minimaxFit(of, interval, powers), interval);
    const greatest = Math.max(...errors.map(Math.abs));
    expect(errors).toHaveLength(powers.length + 1);
    errors.forEach((error, at) => {
      // The fit looks for extremes on a coarser grid.
      expect(Math.abs(error) / greatest).toBeGreaterThan(1 - 1e-4);
      if (at > 0) expect(Math.sign(error)).toBe(-Math.sign(errors[at - 1]!));
    });
  },
);

test.each<[string, (x: number) => number, readonly number[], number]>([
  ['two corners', (x) => Math.min(Math.max(12 * x, 0), 6) / 12, [0, 1, 2, 3, 4, 5, 6, 7, 8], 0.06],
  ['nothing left but rounding', (x) => 1e-3 * x ** 2, [0, 2, 4, 6, 8], 1e-12],
])('%s: where the exchange does not settle, the best polynomial that it met', (_, of, powers, most) => {
  const polynomial = minimaxFit(of, { min: powers.includes(1) ? -1 : 0, max: 1 }, powers);
  for (let x = 0; x <= 1; x += 1 / 64) expect(Math.abs(valueAt(polynomial, x) - of(x))).toBeLessThan(most);
});

test('powers that cannot follow the function are told', () => {
  expect(() => minimaxFit(Math.abs, { min: -1, max: 1 }, [1, 3])).toThrow('no polynomial of powers 1, 3');
});
