/** @module */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALLS, functionsOf } from './kernel-calls.ts';
import { loadKernel } from './kernel.ts';
import { Arena } from './memory.ts';
import { benchOf, callsOf, contentsOf, drafts, fill, type Bench } from './random-calls.fixture.ts';
import { cutTask, type Call } from './slices.ts';

const digitsOf =
  ({ arena }: Bench) =>
  ({ operands: [count, terms] }: Call): number[] =>
    Array.from({ length: count! }, (_, term) => arena.u32[terms! / 4 + 3 * term]!);

describe.each([
  [256, 2],
  [512, 4],
])('tasks of n = %i in %i slices', (n, slices) => {
  it('leave what whole calls leave, whatever the order of the slices of a stage', () => {
    const arenas = [new Arena(), new Arena()] as const;
    const kernels = arenas.map((arena) => loadKernel(arena));
    const [whole, cut] = arenas.map((arena, at) => benchOf(n, arena, kernels[at]!)) as [Bench, Bench];
    const run = (at: number, calls: readonly Call[]): void => {
      const functions = functionsOf(kernels[at]!);
      for (const { name, operands } of calls) functions[CALLS.indexOf(name)]!(...operands);
    };
    fc.assert(
      fc.property(drafts, (draft) => {
        for (const bench of [whole, cut]) fill(bench);
        const calls = callsOf(whole, draft);
        run(0, calls);
        for (const stage of cutTask(calls, slices, digitsOf(cut))!) for (const slice of stage.toReversed()) run(1, slice);
        expect(contentsOf(cut)).toEqual(contentsOf(whole));
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('take as few stages as transforms and permutations of their own results need', () => {
    const arena = new Arena();
    const bench = benchOf(n, arena, loadKernel(arena));
    const [a, b, c] = bench.addresses as [number, number, number];
    const stagesOf = (...calls: Call[]): number => cutTask(calls, slices, digitsOf(bench))!.length;
    const forward: Call = { name: 'forwardNtt', operands: [a, b, bench.block, n, 0] };
    const permute: Call = { name: 'permute', operands: [a, b, bench.values, n] };
    const clear = (target: number): Call => ({ name: 'clear', operands: [target, n] });
    expect(stagesOf(permute, clear(c))).toBe(1);
    expect(stagesOf(forward, clear(c))).toBe(2);
    expect(stagesOf(clear(a), permute)).toBe(2);
    expect(stagesOf(permute, clear(a))).toBe(2);
  });
});

it('a call that looks at its first residue, or has too few, is not cut', () => {
  const cut = (call: Call): unknown => cutTask([call], 2, () => []);
  expect(cut({ name: 'read', operands: [0, 0, 1024, 0] })).toBeNull();
  expect(cut({ name: 'addConstant', operands: [0, 1, 0, 1] })).toBeNull();
  expect(cut({ name: 'clear', operands: [0, 16] })).toBeNull();
});
