/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClientFunction } from '../../plan.ts';
import { applyAtClient, IDENTITY } from './client-function.ts';

const wide = { min: -1e12, max: 1e12 };

test('numbers go through the real line: factor and offset, each step in turn, count', () => {
  const pool = { kind: 'mean' as const, inputs: 2, windows: [Int32Array.of(0, 1)] };
  const apply: ClientFunction = { factor: 2, offset: -1, steps: [{ kind: 'activation', activation: 'square' }, pool] };
  // Two samples of two: (2 * 0.5 * x - 1)^2 of 4 and 6 is 9 and 25, of -2 and 0 it is 9 and 1.
  expect([...applyAtClient(apply, Float64Array.of(4, 6, -2, 0), 0.5, { step: null, ...wide })]).toEqual([17, 5]);
  expect([...applyAtClient(apply, Float64Array.of(4, 6, -2, 0), 0.5, { step: 2, ...wide })]).toEqual([9, 3]);
  expect([...applyAtClient(apply, Float64Array.of(4, 6, -2, 0), 0.5, { step: 2, min: 0, max: 6 })]).toEqual([6, 3]);
});

test('the largest of a window, before or behind a function that does not rise', () => {
  const pool = { kind: 'largest' as const, inputs: 2, windows: [Int32Array.of(0, 1), Int32Array.of(0)] };
  const square = { kind: 'activation' as const, activation: 'square' as const };
  const made = (steps: ClientFunction['steps']): number[] =>
    Array.from(applyAtClient({ ...IDENTITY, steps }, Float64Array.of(-5, 2, 1, -3), null, { step: null, ...wide }), Number);
  expect(made([pool, square])).toEqual([4, 25, 1, 1]);
  expect(made([square, pool])).toEqual([25, 25, 9, 1]);
});

test('whole numbers beyond 2^53 come back as they went', () => {
  const counts = [2n ** 80n + 1n, -(2n ** 70n) - 1n, 0n];
  expect(applyAtClient(IDENTITY, counts, 3, { step: 3, min: -(2 ** 90), max: 2 ** 90 })).toEqual(counts);
  expect(applyAtClient(IDENTITY, counts, 3, { step: 3, min: -8, max: 8 })).toEqual([8n, -8n, 0n]);
});

test('what is sent is whole, within the port, and less than a step from the function', () => {
  const activation = fc.constantFrom('identity', 'relu', 'sigmoid', 'square', 'sign');
  const number = fc.integer({ min: -(2 ** 20), max: 2 ** 20 });
  fc.assert(
    fc.property(
      activation,
      number,
      fc.double({ min: 2 ** -8, max: 2, noNaN: true }),
      fc.double({ min: 2 ** -8, max: 8, noNaN: true }),
      (name, count, step, into) => {
        const functions = { identity: (x: number) => x, relu: (x: number) => Math.max(0, x), square: (x: number) => x * x };
        const exact =
          name === 'sigmoid' ? 1 / (1 + Math.exp(-count * step)) : name === 'sign' ? (count < 0 ? -1 : 1) : functions[name](count * step);
        const steps: ClientFunction['steps'] = name === 'identity' ? [] : [{ kind: 'activation', activation: name }];
        const [sent] = applyAtClient({ ...IDENTITY, steps }, Float64Array.of(count), step, {
          step: into,
          min: -1000,
          max: 1000,
        });
        expect(Number.isInteger(sent)).toBe(true);
        const clipped = Math.min(1000 * into, Math.max(-1000 * into, exact));
        expect(Math.abs(Number(sent) * into - clipped)).toBeLessThanOrEqual(into / 2 + 1e-9 * Math.abs(exact));
      },
    ),
    { seed: 12, numRuns: 300 },
  );
});
