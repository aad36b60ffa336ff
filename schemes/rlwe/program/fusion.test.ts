import { expect, it } from 'vitest';
import { fusedDivisions } from './fusion.ts';
import type { CircuitProgram, Instruction } from './program.ts';

const PLACE = { width: 1, limbs: 2, scale: null, polynomials: 2, node: 0 } as const;

function programOf(instructions: readonly Instruction[], output: number): CircuitProgram {
  return { id: 'test', shape: { rows: 1, columns: 4 }, instructions, outputs: { y: output } };
}

const input: Instruction = { ...PLACE, result: 0, op: 'input', port: 'x' };
const square: Instruction = { ...PLACE, result: 1, op: 'multiply', left: 0, right: 0, polynomials: 3 };
const relinearized: Instruction = { ...PLACE, result: 2, op: 'relinearize', of: 1 };
const divided: Instruction = { ...PLACE, result: 3, op: 'divide', of: 2, primes: 1, limbs: 1 };

it('joins a relinearisation and the division that alone reads it', () => {
  expect([...fusedDivisions(programOf([input, square, relinearized, divided], 3))]).toEqual([[2, 3]]);
});

it('leaves a value whole that is read elsewhere or shown', () => {
  const sum: Instruction = { ...PLACE, result: 4, op: 'add', left: 2, right: 2 };
  expect([...fusedDivisions(programOf([input, square, relinearized, divided, sum], 4))]).toEqual([]);
  expect([...fusedDivisions(programOf([input, square, relinearized, divided], 2))]).toEqual([]);
});

it('leaves divisions of anything but key switches alone', () => {
  const direct: Instruction = { ...divided, of: 1 };
  expect([...fusedDivisions(programOf([input, square, relinearized, direct], 3))]).toEqual([]);
});
