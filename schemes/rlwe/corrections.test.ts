/** @module */
import { expect, test } from 'vitest';
import type { Circuit } from '../circuit.ts';
import { balancedFactors } from './divide.ts';
import { balancing_log2, correctionsOf, type HeldCorrections } from './corrections.ts';
import type { CircuitProgram, Instruction } from './program.ts';

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

test('summands that meet pay no more than the bound says', () => {
  expect(balancing_log2(5n, 5n, 97)).toBe(0);
  const t = 65_537n;
  for (let b = 2n; b < t; b += 211n) {
    const [left, right] = balancedFactors(1n, b, t);
    const sum = Math.abs(Number(left)) + Math.abs(Number(right));
    // Each summand's noise counts once in the model's sum.
    expect(Math.log2(sum)).toBeLessThanOrEqual(balancing_log2(1n, b, Number(t)) + 1.5);
  }
});
