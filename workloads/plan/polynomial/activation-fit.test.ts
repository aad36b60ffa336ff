/** @module */
import { expect, test } from 'vitest';
import { type Activation, ACTIVATION_PARAMETERS, type ActivationName, activations, functionOf } from '../../network/activation.ts';
import { fitActivation } from './activation-fit.ts';
import { valueAt } from './polynomial.ts';

const names = (Object.keys(activations) as ActivationName[]).filter((name) => name !== 'sign');

function errorOn(of: Activation, polynomial: readonly number[], reach: number): number {
  const compute = functionOf(of);
  let most = 0;
  for (let at = -997; at <= 997; at++)
    most = Math.max(most, Math.abs(compute((at / 997) * reach) - valueAt(polynomial, (at / 997) * reach)));
  return most;
}

test.each(names)('%s is itself, or within what is stated, and nearer the more powers it has', (activation) => {
  for (const reach of [0.01, 1, 8]) {
    let before = Infinity;
    for (const degree of [2, 3, 4, 7]) {
      const { polynomial, approximates } = fitActivation({ activation }, degree, reach)!;
      const error = errorOn({ activation }, polynomial, reach);
      if (approximates === null) {
        expect(error).toBe(0);
        continue;
      }
      expect(polynomial.length).toBeLessThanOrEqual(degree + 1);
      expect(approximates.interval.max).toBeGreaterThanOrEqual(reach);
      expect(error).toBeLessThanOrEqual(approximates.error * (1 + 1e-3) + 1e-12);
      expect(approximates.error).toBeLessThanOrEqual(before * (1 + 1e-9));
      before = approximates.error;
    }
  }
});

test('a line through the middle and as many powers as there are is what functions without symmetry take', () => {
  const parameters = [-1, 3];
  const { polynomial, approximates } = fitActivation({ activation: 'clip', parameters }, 5, 4)!;
  expect(polynomial.filter((coefficient) => Math.abs(coefficient) > 1e-6)).toHaveLength(6);
  expect(approximates!.error).toBeLessThan(0.5);
});

test('the sign has none', () => {
  expect(fitActivation({ activation: 'sign' }, 7, 1)).toBeNull();
});

test('parameters are those that the function takes', () => {
  for (const [name, parameters] of Object.entries(ACTIVATION_PARAMETERS)) {
    const given = functionOf({ activation: name as ActivationName, parameters });
    const usual = functionOf({ activation: name as ActivationName });
    for (const x of [-3, -0.5, 0, 0.5, 3]) expect(given(x)).toBe(usual(x));
  }
  expect(functionOf({ activation: 'leakyRelu', parameters: [0.5] })(-4)).toBe(-2);
  // Abramowitz and Stegun, table 7.1.
  for (const [x, erf] of [
    [0.5, 0.5204998778],
    [1, 0.8427007929],
    [2, 0.995322265],
    [3, 0.9999779095],
    [-1, -0.8427007929],
  ] as const) {
    // prettier-ignore
    expect(activations.erf(x)).toBeCloseTo(erf, 9);
  }
});
