import { describe, expect, it } from 'vitest';
import type { Circuit } from '../../circuit.ts';
import { CircuitBuilder } from '../../conformance/circuits/circuit-builder.ts';
import { realLevels } from '../../ckks/levels.ts';
import { lower } from './lower.ts';
import { createPrimes } from '../numbers/primes.ts';
import { stripRuns } from './strip-runs.ts';

const primes = createPrimes(8192, [50, 50, 50, 50]).slice(0, 3).map(Number);
const WIDTH = 6;
const matrix = (entries: number): number[][] =>
  Array.from({ length: WIDTH }, (_, row) => Array.from({ length: WIDTH }, (_unused, at) => Number((at + row) % WIDTH < entries)));

/** The operations of each run. */
function runsOf(build: (b: CircuitBuilder, x: number) => Record<string, number>, form: 'points' | 'coefficients' = 'points'): string[] {
  const builder = new CircuitBuilder('c', { rows: 1, columns: 4096 }, null);
  const circuit: Circuit = builder.build(build(builder, builder.input('x', WIDTH, { min: -1, max: 1 }, null)));
  const program = lower([circuit], realLevels(primes, { limbs: 3, input_log2: 20, plain_log2: 10 }))[0]!;
  return [...stripRuns(program, circuit.nodes, form)].map(([first, last]) =>
    program.instructions
      .slice(first, last + 1)
      .map(({ op }) => op)
      .join(' '),
  );
}

const bias = new Float64Array(WIDTH).fill(0.5);

describe('runs of strips', () => {
  const network = (b: CircuitBuilder, x: number): Record<string, number> => {
    const square = (of: number): number => b.multiply(of, of);
    return { y: b.affine(square(b.affine(square(b.affine(x, matrix(6), bias)), matrix(6), bias)), matrix(6), bias) };
  };

  it('are matrices and squares between divisions', () => {
    expect(runsOf(network)).toEqual(['affine multiply affine', 'multiply affine']);
  });

  it('are none of polynomials as coefficients', () => {
    expect(runsOf(network, 'coefficients')).toEqual([]);
  });

  it('end where something else reads a value, or it is an output', () => {
    expect(
      runsOf((b, x) => {
        const first = b.affine(x, matrix(6), bias);
        const square = b.multiply(first, first);
        return { y: b.affine(square, matrix(6), bias), first };
      }),
    ).toEqual(['multiply affine']);
    expect(
      runsOf((b, x) => {
        const first = b.affine(x, matrix(6), bias);
        return { y: b.multiply(first, b.multiply(first, first)) };
      }),
    ).toEqual([]);
  });

  it('leave out matrices of so few entries that packing does not pay', () => {
    expect(runsOf((b, x) => ({ y: b.affine(b.multiply(x, x), matrix(1), bias) }))).toEqual([]);
    expect(runsOf((b, x) => ({ y: b.affine(b.multiply(x, x), matrix(4), bias) }))).toEqual(['multiply affine']);
  });
});
