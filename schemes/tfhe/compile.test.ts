/** @module */
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../scheme.ts';
import { compile } from './compile.ts';
import { circuitOf, compiled, counted, input, NEED, tableOf } from './session.fixture.ts';

/** A table over all of 0..span - 1, which maps every input to another output, `slope` from its neighbour's. */
function exactTable(span: number, slope = 3) {
  const outputs = Array.from({ length: span }, (_, index) => (index * slope) % span);
  return circuitOf([
    input('x', counted(4, 0, span - 1)),
    { op: 'table', of: 0, table: tableOf(0, 1, outputs), type: counted(4, 0, span - 1) },
  ]);
}

describe('the set', () => {
  test('is the cheapest that keeps tables exact', () => {
    const chosen = [4, 8, 16, 32].map((span) => compiled(exactTable(span)).client.parameters.id);
    expect(chosen).toEqual(['n512', 'n1024', 'n2048', 'n4096']);
  });

  test('may be wrong on a stated share where none keeps them exact', () => {
    const { client, estimate } = compiled(exactTable(128));
    expect(client.parameters.id).toBe('n4096');
    const right = estimate.correctness['circuit.result']!;
    expect(right.kind).toBe('noisy');
  });

  test('is refused where the range drowns in noise', () => {
    // Neighbouring outputs have nothing to do with one another.
    expect(compile([exactTable(4096, 1237)], NEED)).toMatchObject({ code: 'NOISE_BUDGET_EXCEEDED' });
  });

  test('is the cheapest whose outputs hardly stray, where a fine table blurs', () => {
    // Sums keep away from the ends, where noise would take them to the opposite of the other end.
    const middle = { ...counted(4, -2048, 2047), rms: 400 };
    const outputs = Array.from({ length: 4096 }, (_, index) => index - 2048);
    const blurred = circuitOf([
      input('x', middle),
      { op: 'table', of: 0, table: tableOf(-2048, 1, outputs), type: counted(4, -2048, 2047) },
    ]);
    const { client, estimate } = compiled(blurred);
    expect(client.parameters.id).toBe('n512');
    const right = estimate.correctness['circuit.result']!;
    if (right.kind !== 'noisy') throw new Error(right.kind);
    expect(right.failure_log2).toBeCloseTo(0, 1);
    // Noise is 2^-7.8 of the torus, of which the range has half: 8 deviations are a fourteenth of the range, and the model is careful.
    expect(right.maxSteps).toBeGreaterThan(4096 / 16);
    expect(right.maxSteps).toBeLessThan(4096 / 10);
  });

  test('needs no key without tables, and rests on one secret then', () => {
    const { client, hardness } = compiled(circuitOf([input('x', counted(1, 0, 9))]));
    expect(client.keys).toEqual([]);
    expect(hardness.map(({ key }) => key)).toEqual(['glwe']);
  });
});

describe('refusals', () => {
  test('sums wider than the torus, products of too many values, public encryption, library kernels', () => {
    const wide = circuitOf([input('x', counted(1, 0, 2 ** 32))]);
    expect(compile([wide], NEED)).toMatchObject({ code: 'RANGE_TOO_LARGE', node: 0 });
    const product = circuitOf([
      input('x', counted(1, 0, 5000)),
      input('y', counted(1, 0, 5000)),
      { op: 'multiply', left: 0, right: 1, type: counted(1, 0, 25e6) },
    ]);
    expect(compile([product], NEED)).toMatchObject({ code: 'TABLE_TOO_LARGE', node: 2 });
    const small = circuitOf([input('x', counted(1, 0, 3))]);
    expect(compile([small], { ...NEED, encryption: 'public' })).toMatchObject({ code: 'ENCRYPTION_UNSUPPORTED' });
    expect(compile([small], { ...NEED, kernels: 'library' })).toMatchObject({ code: 'KERNELS_UNSUPPORTED' });
    expect(compile([small], { ...NEED, memory_bytes: 1 })).toMatchObject({ code: 'MEMORY_EXCEEDED' });
    expect(isRefusal(compile([small], NEED))).toBe(false);
  });
});

describe('scales', () => {
  test('the sum before a table fills half the torus, whatever the input was', () => {
    const { evaluator } = compiled(
      circuitOf([
        input('x', counted(2, 0, 1)),
        {
          op: 'affine',
          of: 0,
          matrix: {
            rows: 1,
            columns: 2,
            step: 1,
            offsets: Uint32Array.of(0, 2),
            indices: Uint32Array.of(0, 1),
            values: Float64Array.of(5, 2),
          },
          bias: Float64Array.of(0),
          type: counted(1, 0, 7),
        },
        { op: 'table', of: 1, table: tableOf(0, 4, [0, 1]), type: counted(1, 0, 1) },
      ]),
    );
    const { scales } = evaluator as { readonly scales: Readonly<Record<string, readonly number[]>> };
    expect(scales['circuit']).toEqual([2 ** 28, 2 ** 28, 2 ** 31]);
  });
});
