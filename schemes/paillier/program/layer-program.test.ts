/** @module */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invertModuloSquare } from '../numbers/integers.ts';
import { BigintResidues } from '../kernel/bigint-residues.ts';
import { affineExponents, convolutionExponents, type LayerExponents } from './layer-exponents.ts';
import { programLayer, type LayerProgram } from './layer-program.ts';
import { mergeSets } from './merge-sets.ts';

const ROOT = (2n ** 61n - 1n) * (2n ** 31n - 1n);

function powers(base: bigint, exponent: bigint): bigint {
  const modulus = ROOT * ROOT;
  let result = 1n;
  for (const bit of exponent.toString(2)) result = (result * result * (bit === '1' ? base : 1n)) % modulus;
  return result;
}

function run({ registers, products, inversion, outputs }: LayerProgram, inputs: readonly bigint[]): (bigint | null)[] {
  const residues = new BigintResidues(ROOT);
  const first = residues.reserve(registers);
  for (const [at, x] of inputs.entries()) residues.write(first + at, x);
  const cut = 3 * (inversion?.after ?? 0);
  residues.run(residues.keep(products.subarray(0, cut)), first);
  if (inversion !== null) residues.write(first + inversion.to, invertModuloSquare(residues.read(first + inversion.from), ROOT)!);
  residues.run(residues.keep(products.subarray(cut)), first);
  return outputs.map((output) => (output === null ? null : residues.read(first + output.register)));
}

function expected(layer: LayerExponents, inputs: readonly bigint[]): (bigint | null)[] {
  const modulus = ROOT * ROOT;
  return layer.map((exponents) =>
    exponents.length === 0
      ? null
      : exponents.reduce((product, { input, positive, negative }) => {
          const below = invertModuloSquare(powers(inputs[input]!, negative), ROOT)!;
          return (((product * powers(inputs[input]!, positive)) % modulus) * below) % modulus;
        }, 1n),
  );
}

const weights = fc.array(fc.array(fc.oneof(fc.constant(0), fc.integer({ min: -31, max: 31 })), { minLength: 7, maxLength: 7 }), {
  maxLength: 6,
});
const bases = fc.array(fc.bigInt({ min: 1n, max: 2n ** 61n - 2n }), { minLength: 7, maxLength: 7 });

function matrixOf(rows: readonly (readonly number[])[]) {
  return {
    rows: rows.length,
    columns: 7,
    step: 1,
    offsets: Uint32Array.from({ length: rows.length + 1 }, (_, row) => 7 * row),
    indices: Uint32Array.from(rows.flatMap(() => [0, 1, 2, 3, 4, 5, 6])),
    values: Float64Array.from(rows.flat()),
  };
}

describe('a layer of products', () => {
  it('raises inputs to the weights of an affine map', () => {
    fc.assert(
      fc.property(weights, bases, (rows, inputs) => {
        const layer = affineExponents(matrixOf(rows));
        expect(run(programLayer(layer, 7), inputs)).toEqual(expected(layer, inputs));
      }),
      { numRuns: 300 },
    );
  });

  it('and to weights side by side, where an exponent is worth its slot', () => {
    fc.assert(
      fc.property(weights, bases, (rows, inputs) => {
        const terms = [rows.map((row, from) => ({ from, weights: Float64Array.from(row) }))];
        const layer = convolutionExponents(terms, 8);
        for (const { input, positive, negative } of layer[0]!) {
          const sum = rows[input]!.reduce((total, weight, slot) => total + BigInt(weight) * 2n ** BigInt(8 * slot), 0n);
          expect(positive - negative).toBe(sum);
        }
        expect(run(programLayer(layer, 7), inputs)).toEqual(expected(layer, inputs));
      }),
      { numRuns: 300 },
    );
  });

  it('is made in blocks where it is large, which share less and give the same', () => {
    // 2^18 bits of weights are merged together; these have more, and a row of zeros to begin with.
    const columns = 600;
    const rows = Array.from({ length: 121 }, (_, row) => Array.from({ length: columns }, (_unused, at) => (row === 0 ? 0 : ((row * 31 + at * 17) % 255) - 127))); // prettier-ignore
    const layer = affineExponents({ ...matrixOf(rows), columns, offsets: Uint32Array.from({ length: 122 }, (_, row) => columns * row), indices: Uint32Array.from(rows.flatMap((row) => row.map((_, at) => at))) }); // prettier-ignore
    const program = programLayer(layer, columns);
    expect(program.counts.multiply).toBeLessThan(121 * columns);
    const inputs = Array.from({ length: columns }, (_, at) => BigInt(at + 2));
    expect(run(program, inputs)).toEqual(expected(layer, inputs));
  });

  it('counts its products, and keeps the power of the radix that each output carries', () => {
    const program = programLayer(affineExponents(matrixOf([[3, 0, 0, 0, 0, 0, 0]])), 7);
    // x^3 = x^2 x: over R at first, then R^-3 and R^-5.
    expect(program.counts).toEqual({ multiply: 1, square: 1, invert: 0 });
    expect(program.outputs[0]!.degree).toBe(-5n);
  });
});

describe('merging', () => {
  it('keeps every row, and never takes more products than rows alone would', () => {
    const rows = fc.array(fc.uniqueArray(fc.nat(40), { minLength: 1 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(rows, (given) => {
        const merged = mergeSets(given, 41);
        const all = (set: number): number[] => [...merged[set]!.bases, ...merged[set]!.sets.flatMap(all)];
        for (const [at, row] of given.entries()) expect(all(at).sort((a, b) => a - b)).toEqual([...row].sort((a, b) => a - b));
        const products = merged.reduce((sum, { bases, sets }) => sum + bases.length + sets.length - 1, 0);
        expect(products).toBeLessThanOrEqual(given.reduce((sum, row) => sum + row.length - 1, 0));
        for (const [set, { sets }] of merged.entries()) for (const part of sets) expect(part).toBeGreaterThan(set);
      }),
    );
  });

  it('finds what several rows share', () => {
    // a b c d, a b c e, a b: a b once, c into it once, d and e.
    const merged = mergeSets([[0, 1, 2, 3], [0, 1, 2, 4], [0, 1]], 5); // prettier-ignore
    expect(merged.reduce((sum, { bases, sets }) => sum + bases.length + sets.length - 1, 0)).toBe(4);
  });
});
