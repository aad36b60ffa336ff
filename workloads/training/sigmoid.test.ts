/** @module */
import { describe, expect, it } from 'vitest';
import { DEGREES, evaluate, fitSigmoid, monicSigmoid, sigmoid } from './sigmoid.ts';

describe('polynomials in the place of the sigmoid', () => {
  it('are those of the literature on [-8, 8]', () => {
    // Kim et al., JMIR Med Inform 2018, table 1: 1/2 + 1.20096 (x/8) - 0.81562 (x/8)^3, and the same of degree 7.
    const [first, third] = fitSigmoid(3, 8).coefficients as [number, number];
    expect(8 * first).toBeCloseTo(1.20096, 3);
    expect(8 ** 3 * third).toBeCloseTo(-0.81562, 3);
    const seventh = fitSigmoid(7, 8).coefficients.map((value, index) => value * 8 ** (2 * index + 1));
    for (const [index, value] of [1.73496, -4.19407, 5.43402, -2.50739].entries()) expect(seventh[index]).toBeCloseTo(value, 2);
  });

  it('come nearer with every degree, and are far off beyond their interval', () => {
    const errors = DEGREES.map((degree) => fitSigmoid(degree, 8).greatestError);
    expect(errors).toEqual(errors.toSorted((a, b) => b - a));
    const polynomial = fitSigmoid(3, 8);
    expect(Math.abs(evaluate(polynomial, 24) - sigmoid(24))).toBeGreaterThan(10);
  });

  it.each(DEGREES)('of degree %i are the same with a leading coefficient of 1', (degree) => {
    const polynomial = fitSigmoid(degree, 6);
    const { scale, factor, monic } = monicSigmoid(polynomial);
    for (const z of [-5, -0.3, 0, 1, 6]) {
      const u = scale * z;
      const value = u * [...monic, 1].reduceRight((sum, coefficient) => sum * u * u + coefficient, 0);
      expect(value / factor).toBeCloseTo(evaluate(polynomial, z) - 1 / 2, 10);
    }
  });
});
