/**
 * Which divisions the evaluator does together with the instruction before: a key switch that is divided by the special prime anyway
 * divides by the last data prime at the same time.
 *
 * @module
 */
import type { CircuitProgram } from './program.ts';
import { reads } from './program.ts';

const SWITCHING = new Set(['relinearize', 'transform', 'dftFactor']);

/** From the instruction that computes a value to the division that is the only one to read it. */
export function fusedDivisions({ instructions, outputs }: CircuitProgram): ReadonlyMap<number, number> {
  const readers = new Map<number, number[]>();
  for (const [at, instruction] of instructions.entries()) {
    for (const register of reads(instruction)) readers.set(register, [...(readers.get(register) ?? []), at]);
  }
  const shown = new Set(Object.values(outputs));
  const fused = new Map<number, number>();
  for (const [at, { op, result }] of instructions.entries()) {
    const [reader, ...others] = readers.get(result) ?? [];
    if (!SWITCHING.has(op) || shown.has(result) || reader === undefined || others.length > 0) continue;
    if (instructions[reader]!.op === 'divide') fused.set(at, reader);
  }
  return fused;
}
