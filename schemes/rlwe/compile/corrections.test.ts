/** @module */
import { expect, test } from 'vitest';
import type { Circuit } from '../../circuit.ts';
import { balancedFactors } from '../numbers/modular-integers.ts';
import { balancing_log2, correctionsOf, type HeldCorrections } from './corrections.ts';
import type { Kernels } from '../../scheme.ts';
import type { CircuitProgram, Instruction } from '../program/program.ts';

const T = 97n;
const PRIMES = [101n, 103n];
const PLACE = { width: 1, limbs: 2, scale: null, polynomials: 2, node: 0 } as const;
const circuit = { id: 'c', nodes: [{ op: 'input', port: 'x', sources: ['client'] }] } as unknown as Circuit;

const input: Instruction = { ...PLACE, result: 0, op: 'input', port: 'x' };
const divided: Instruction = { ...PLACE, result: 1, op: 'divide', of: 0, primes: 1, limbs: 1 };

function corrections(instructions: readonly Instruction[], held: HeldCorrections = new Map()): readonly (bigint | null)[] {
  const program: CircuitProgram = { id: 'c', shape: { rows: 1, columns: 4 }, instructions, outputs: { y: instructions.length - 1 } };
  return correctionsOf(program, circuit, PRIMES, T, held);
}

test('a division multiplies by the inverse of its prime, a product by what both carry', () => {
  const [fresh, once, square] = corrections([input, divided, { ...PLACE, result: 2, op: 'multiply', left: 1, right: 1 }]);
  expect(fresh).toBe(1n);
  expect((once! * 103n) % T).toBe(1n);
  expect(square).toBe((once! * once!) % T);
});

test('a sum of unlike histories is not known before it runs; outputs are held for later circuits', () => {
  const held: HeldCorrections = new Map();
  const sum: Instruction = { ...PLACE, result: 2, op: 'add', left: 0, right: 1 };
  expect(corrections([input, divided, sum], held)[2]).toBeNull();
  expect(held.get('c.y')).toBeNull();
  expect(corrections([input, divided, { ...sum, left: 1 }])[2]).toBe(corrections([input, divided])[1]);
});

test('summands of one history pay nothing, of known ones what they are multiplied by', () => {
  expect(balancing_log2(5n, 5n, T, 'own')).toEqual([0, 0]);
  let negative = 0;
  for (let b = 1n; b < T; b++) {
    if (b === 5n) continue;
    const factors = balancedFactors(5n, b, T);
    expect((factors[0] * 5n - factors[1] * b) % T).toBe(0n);
    const paid = (runs: Kernels): number[] => balancing_log2(5n, b, T, runs).map((log2) => Math.round(2 ** log2));
    expect(paid('own')).toEqual(factors.map((factor) => Math.abs(Number(factor))));
    // SEAL multiplies by what is left of t where a multiplier is negative.
    expect(paid('library')).toEqual(factors.map((factor) => Number(factor < 0n ? factor + T : factor)));
    if (factors.some((factor) => factor < 0n)) negative++;
  }
  expect(negative).toBeGreaterThan(20);
});

test('summands of unknown history pay no more than the bound says', () => {
  const t = 65_537n;
  const [bound_log2] = balancing_log2(null, null, t, 'own');
  for (let b = 2n; b < t; b += 11n) {
    const [left, right] = balancedFactors(1n, b, t);
    expect(Math.log2(Math.abs(Number(left)) + Math.abs(Number(right)))).toBeLessThanOrEqual(bound_log2);
  }
});
