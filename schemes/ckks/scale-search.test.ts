/** @module */
import { describe, expect, test } from 'vitest';
import type { Circuit } from '../circuit.ts';
import { CircuitBuilder } from '../conformance/circuits/circuit-builder.ts';
import { uniforms } from '../conformance/circuits/random-values.ts';
import { ownMatrixTime, ownOperationTime } from '../rlwe/compile/kernel-choice.ts';
import { createPrimes } from '../rlwe/numbers/primes.ts';
import { operationTime_ns } from './cost.ts';
import { errorModel } from './error-model.ts';
import { operandNorms } from './operand-norms.ts';
import { probe, searchScales, type Choice, type Search } from './scale-search.ts';

const DEGREE = 8192;

/** Matrix, square, matrix, square, matrix; weights are multiples of 2^-bits up to 1 / columns. */
function network(widths: readonly number[], bits: number): Circuit {
  const random = uniforms(7);
  const build = new CircuitBuilder('network', { rows: 1, columns: DEGREE / 2 }, null);
  let value = build.input('x', widths[0]!, { min: -1, max: 1 }, null);
  for (const [layer, width] of widths.slice(1).entries()) {
    const columns = widths[layer]!;
    const weight = (): number => Math.round(((2 * random() - 1) / columns) * 2 ** bits) / 2 ** bits;
    const rows = Array.from({ length: width }, () => Array.from({ length: columns }, weight));
    value = build.affine(layer === 0 ? value : build.multiply(value, value), rows, new Float64Array(width));
  }
  return build.build({ y: value });
}

function searched(circuit: Circuit, modulus_bits: readonly number[], changes: Partial<Search> = {}): Choice | null {
  return searchScales({ ...searchOf(circuit, modulus_bits), ...changes });
}

function searchOf(circuit: Circuit, modulus_bits: readonly number[]): Search {
  const primes = createPrimes(DEGREE, modulus_bits);
  const data = primes.slice(0, -1).map(Number);
  const special = Number(primes.at(-1));
  return {
    circuits: [circuit],
    norms: [operandNorms(circuit)],
    degree: DEGREE,
    primes: data,
    limbs: data.length,
    model: errorModel(DEGREE, { primes: data, specials: [special], encryption: 'symmetric', centredDigits: true }),
    time: ownOperationTime('points'),
    instructionTime: ownMatrixTime(DEGREE, data),
    precision_bits: 6,
    bootstraps: null,
  };
}

describe('the fewest primes that are worth a search', () => {
  test.each([
    [
      [8, 4],
      [37, 37, 37, 50],
    ],
    [
      [8, 4, 2],
      [37, 37, 37, 50],
    ],
    [
      [40, 12, 10, 3],
      [37, 37, 37, 50],
    ],
    [
      [40, 12, 10, 3],
      [46, 54, 54, 60],
    ],
    [
      [8, 4, 4, 4, 4, 4],
      [37, 37, 50],
    ],
  ])('widths %j over primes of %j bits: with fewer, no scales fit', (widths, modulus_bits) => {
    const search = searchOf(network(widths, 13), modulus_bits);
    const fitting = search.primes.map((_, at) => at + 1).filter((limbs) => searchScales({ ...search, limbs }) !== null);
    const fewest = probe(search)?.limbs ?? null;
    if (fitting.length === 0) expect(fewest).toBeNull();
    else expect(fewest).toBeLessThanOrEqual(fitting[0]!);
  });
});

/** Operations between input and output, with the ciphertexts they take. */
const steps = (choice: Choice | null): string[] => choice!.programs[0]!.instructions.map(({ op, width }) => `${op} ${width}`);

describe('a batched network', () => {
  const wide = network([40, 120, 10, 3], 13);

  test('is divided where few ciphertexts are, and relinearised there', () => {
    expect(steps(searched(wide, [37, 37, 37, 50]))).toEqual([
      'input 40',
      'affine 120',
      'multiply 120',
      'affine 10',
      'relinearize 10',
      'divide 10',
      'multiply 10',
      'affine 3',
    ]);
  });

  test('is relinearised before a matrix where products of constants are dear', () => {
    const library = searched(network([40, 120, 40, 3], 13), [44, 56, 56, 58], {
      time: operationTime_ns,
      instructionTime: () => null,
    });
    expect(steps(library).slice(0, 4)).toEqual(['input 40', 'affine 120', 'multiply 120', 'relinearize 120']);
  });

  test('multiplies by whole numbers as they are, and by other weights at a scale that keeps the precision', () => {
    const plainScales = (choice: Choice | null): number[] =>
      choice!.programs[0]!.instructions.flatMap((instruction) => ('plainScale' in instruction ? [Math.log2(instruction.plainScale!)] : []));
    const exact = searched(network([40, 60, 10, 3], 9), [50, 50, 50, 50]);
    for (const scale of plainScales(exact)) expect(scale).toBeGreaterThanOrEqual(9);
    // At the same scale other weights are rounded, which costs precision.
    const rounded = searched(network([40, 60, 10, 3], 30), [50, 50, 50, 50]);
    expect(rounded!.precision_bits).toBeLessThan(exact!.precision_bits);
    expect(rounded!.precision_bits).toBeGreaterThanOrEqual(6);
  });
});

test('the fastest that keeps the precision is taken: more precision is bought with time', () => {
  const circuit = network([40, 400, 40, 3], 20);
  const [quick, exact] = [6, 10].map((precision_bits) => searched(circuit, [44, 44, 44, 50], { precision_bits })!) as [Choice, Choice];
  expect(quick.precision_bits).toBeGreaterThanOrEqual(6);
  expect(exact.precision_bits).toBeGreaterThanOrEqual(10);
  // Weights of fewer bits let residues be summed whole.
  expect(quick.time_ns).toBeLessThan(0.95 * exact.time_ns);
});

test('where nothing keeps the precision, the most precise there is comes back; where nothing fits, nothing', () => {
  const missed = searched(network([40, 60, 10, 3], 9), [30, 30, 30, 50]);
  expect(missed!.precision_bits).toBeLessThan(6);
  expect(searched(network([8, 8, 8, 8, 8, 8], 9), [30, 30], {})).toBeNull();
});
