/** @module */
import { describe, expect, test } from 'vitest';
import { solveLinear } from '../plan/polynomial/minimax.ts';
import { activationFunctions } from './functions.ts';
import { greatestError } from './approximation.ts';
import { valueAt } from '../plan/polynomial/polynomial.ts';

const named = (id: string) => activationFunctions.find((of) => of.id === id)!;

/** Odd least-squares coefficients of sigmoid(8 u) - 1/2 on [-1, 1]: the integral of u^i u^j over [0, 1] is 1 / (i + j + 1). */
function leastSquares(degree: number): number[] {
  const powers = Array.from({ length: (degree + 1) / 2 }, (_, index) => 2 * index + 1);
  const cells = 20_000;
  const moment = (power: number): number => {
    let sum = 0;
    for (let cell = 0; cell < cells; cell++) {
      const u = (cell + 0.5) / cells;
      sum += (1 / (1 + Math.exp(-8 * u)) - 0.5) * u ** power;
    }
    return sum / cells;
  };
  return solveLinear(powers.map((row) => [...powers.map((column) => 1 / (row + column + 1)), moment(row)]));
}

describe('published sigmoids beside the least-squares fit on [-8, 8]', () => {
  const ratios = (degree: number): number[] => {
    const { polynomial } = named(`sigmoid-${degree}`);
    return leastSquares(degree).map((fitted, index) => polynomial[2 * index + 1]! / fitted);
  };

  test('degree 3 agrees in all printed digits', () => {
    for (const ratio of ratios(3)) expect(Math.abs(ratio - 1)).toBeLessThan(1e-5);
  });

  test('degree 7 agrees within 0.1%', () => {
    for (const ratio of ratios(7)) expect(Math.abs(ratio - 1)).toBeLessThan(1e-3);
  });

  test('degree 5 agrees but for its last coefficient, which would with one digit changed', () => {
    const [first, third, fifth] = ratios(5);
    expect(Math.abs(first! - 1)).toBeLessThan(1e-4);
    expect(Math.abs(third! - 1)).toBeLessThan(1e-4);
    expect(fifth).toBeCloseTo(0.976, 3);
    expect(named('sigmoid-5').polynomial[5]! / 8 ** 5).toBeCloseTo(4.12332e-5, 12);
    expect((fifth! * 4.22332) / 4.12332).toBeCloseTo(1, 3);
  });
});

test.each([
  ['square', 2, 0],
  ['sigmoid-3', 3, 0.1143],
  ['sigmoid-5', 5, 0.0471],
  ['sigmoid-7', 7, 0.0321],
  ['relu', 6, 0.023],
  ['sign', 7, 0.0826],
])('%s is a polynomial of degree %d within %d of the function', (id, degree, error) => {
  const of = named(id);
  expect(of.polynomial).toHaveLength(degree + 1);
  expect(of.polynomial.at(-1)).not.toBe(0);
  expect(greatestError(of, (u) => valueAt(of.polynomial, u))).toBeCloseTo(error, 4);
});

test('functions are what they are called', () => {
  expect(named('square').exact(-0.5)).toBe(0.25);
  expect(named('sigmoid-3').exact(-1)).toBeCloseTo(1 / (1 + Math.exp(8)), 15);
  expect([-0.5, 0, 0.5].map(named('relu').exact)).toEqual([0, 0, 0.5]);
  expect([-0.5, 0.5].map(named('sign').exact)).toEqual([-1, 1]);
});
