/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { degreeOf, type Polynomial, valueAt } from './polynomial.ts';
import { type PolynomialOperation, polynomialOperations } from './polynomial-circuit.ts';

/** Value and depth of every step at x, from the definition of the operations. */
function carriedOut(steps: readonly PolynomialOperation[], x: number): { value: number; depth: number; exponent: number }[] {
  const values = [{ value: x, depth: 0, exponent: 1 }];
  for (const step of steps) {
    switch (step.op) {
      case 'add':
      case 'multiply': {
        const [left, right] = [values[step.left]!, values[step.right]!];
        const depth = Math.max(left.depth, right.depth);
        if (step.op === 'multiply') {
          values.push({ value: left.value * right.value, depth: depth + 1, exponent: left.exponent + right.exponent });
        } else {
          expect(left.exponent).toBe(right.exponent);
          values.push({ value: left.value + right.value, depth, exponent: left.exponent });
        }
        break;
      }
      case 'scale': {
        const of = values[step.of]!;
        values.push({ ...of, value: step.factor * of.value + step.constant, exponent: of.exponent + step.factorExponent });
        break;
      }
      case 'addConstant':
        values.push({ ...values[step.of]!, value: values[step.of]!.value + step.constant });
    }
    expect(values.at(-1)!.exponent).toBe(step.exponent);
    expect(values.at(-1)!.value).toBeCloseTo(valueAt(step.polynomial, x), 6);
  }
  return values;
}

const multiplications = (polynomial: Polynomial): number =>
  polynomialOperations(polynomial, degreeOf(polynomial)).filter(({ op }) => op === 'multiply').length;
const dense = (degree: number): Polynomial => Array.from({ length: degree + 1 }, (_, power) => 1.5 + power);
const odd = (degree: number): Polynomial => dense(degree).map((coefficient, power) => (power % 2 === 1 ? coefficient : 0));
const even = (degree: number): Polynomial => dense(degree).map((coefficient, power) => (power % 2 === 0 ? coefficient : 0));

test('any polynomial comes out as by Horner, at the least depth, with the step that was asked for', () => {
  const coefficient = fc.oneof(
    { weight: 2, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.double({ min: -4, max: 4, noNaN: true }) },
  );
  fc.assert(
    fc.property(
      fc.array(coefficient, { minLength: 1, maxLength: 33 }),
      fc.double({ min: 0.25, max: 4, noNaN: true }),
      fc.double({ min: -1, max: 1, noNaN: true }),
      (lower, leading, x) => {
        const polynomial = [...lower, leading];
        const degree = degreeOf(polynomial);
        const last = carriedOut(polynomialOperations(polynomial, degree + 1), x).at(-1)!;
        expect(last.value).toBeCloseTo(valueAt(polynomial, x), 8);
        expect(last.depth).toBe(Math.ceil(Math.log2(degree)));
        expect(last.exponent).toBe(degree + 1);
      },
    ),
    { seed: 1, numRuns: 500 },
  );
});

describe('encrypted multiplications', () => {
  test.each([
    [1, 0],
    [2, 1],
    [3, 2],
    [4, 3],
    // m - 2 powers below m, the giant steps, and degree / m products: (2, 1, 1), with x^8 beside it, (2, 2, 3), and for m = 8 (6, 2, 3).
    [7, 4],
    [8, 5],
    [15, 7],
    [31, 11],
  ])('degree %d takes %d', (degree, count) => {
    expect(multiplications(dense(degree))).toBe(count);
  });

  test.each([
    [3, 2],
    [5, 3],
    [7, 4],
    [15, 7],
  ])('an odd polynomial of degree %d takes %d', (degree, count) => {
    expect(multiplications(odd(degree))).toBe(count);
  });

  test.each([
    [2, 1],
    [4, 2],
    [6, 3],
    [8, 4],
  ])('an even polynomial of degree %d takes %d, also with a linear term', (degree, count) => {
    expect(multiplications(even(degree))).toBe(count);
    expect(multiplications(even(degree).map((coefficient, power) => (power === 1 ? 0.5 : coefficient)))).toBe(count);
  });
});

test('a bare power is not multiplied by one', () => {
  expect(polynomialOperations([0, 0, 1], 2).map(({ op }) => op)).toEqual(['multiply']);
  expect(polynomialOperations([0, 1], 1)).toEqual([]);
});

test('where every summand but one is a multiple of a power, the product comes first', () => {
  const operations = polynomialOperations(odd(7), 8).map(({ op }) => op);
  const product = operations.lastIndexOf('multiply');
  expect(operations.slice(product + 1)).toEqual(['scale', 'add', 'scale', 'add']);
});
