/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lastUsesOf, reads, type CircuitProgram, type Instruction } from './program.ts';

const place = { width: 1, limbs: 2, scale: null, polynomials: 2, node: 0 } as const;

/** Random programs: each instruction reads registers written before it. */
const programs: fc.Arbitrary<CircuitProgram> = fc
  .record({
    steps: fc.array(fc.tuple(fc.constantFrom('add', 'rotate', 'divide', 'pick', 'input' as const), fc.nat(), fc.nat()), { maxLength: 16 }),
    outputs: fc.array(fc.nat(), { maxLength: 3 }),
  })
  .map(({ steps, outputs }) => {
    const instructions: Instruction[] = [{ ...place, result: 0, op: 'input', port: 'x' }];
    for (const [op, a, b] of steps) {
      const result = instructions.length;
      const [left, right] = [a % result, b % result];
      if (op === 'input') instructions.push({ ...place, result, op, port: `x${result}` });
      else if (op === 'add') instructions.push({ ...place, result, op, left, right });
      else if (op === 'rotate') instructions.push({ ...place, result, op, of: left });
      else if (op === 'divide') instructions.push({ ...place, result, op, of: left, primes: 1 });
      else
        instructions.push({
          ...place,
          result,
          op,
          from: [
            [left, 0],
            [right, 1],
          ],
        });
    }
    const named = Object.fromEntries(outputs.map((of, at) => [`o${at}`, of % instructions.length]));
    return { id: 'c', shape: { rows: 1, columns: 4 }, instructions, outputs: named };
  });

describe('reads', () => {
  test('names every register that an instruction needs', () => {
    expect(reads({ ...place, result: 3, op: 'input', port: 'x' })).toEqual([]);
    expect(reads({ ...place, result: 3, op: 'subtract', left: 2, right: 1 })).toEqual([2, 1]);
    expect(reads({ ...place, result: 3, op: 'multiply', left: 2, right: 2 })).toEqual([2, 2]);
    expect(reads({ ...place, result: 3, op: 'affine', of: 1, plainScale: null })).toEqual([1]);
    expect(
      reads({
        ...place,
        result: 3,
        op: 'pick',
        from: [
          [0, 0],
          [2, 1],
        ],
      }),
    ).toEqual([0, 2]);
  });
});

describe('lastUsesOf', () => {
  test('is liveness by definition: outputs live on, the rest dies with its last reader', () => {
    fc.assert(
      fc.property(programs, (program) => {
        const { instructions, outputs } = program;
        const kept = Object.values(outputs);
        const neededAfter = (register: number, at: number): boolean =>
          kept.includes(register) || instructions.slice(at + 1).some((later) => reads(later).includes(register));
        const expected = instructions.map((_, at) =>
          [...Array(at + 1).keys()].filter((register) => !neededAfter(register, at) && (register === at || neededAfter(register, at - 1))),
        );
        expect(lastUsesOf(program).map((uses) => uses.toSorted((a, b) => a - b))).toEqual(expected);
      }),
      { seed: 12, numRuns: 300 },
    );
  });
});
