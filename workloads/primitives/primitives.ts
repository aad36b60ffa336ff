/**
 * Single operations of a scheme, and the circuits that schemes offer as one operation: folds and affine layers.
 *
 * @module
 */
import type { Circuit, SlotShape } from '../../schemes/circuit.ts';
import { Random } from '../data/random.ts';
import { sparseFromRows } from '../network/sparse.ts';
import type { CircuitPrimitive, PrimitivesWorkload } from '../workload.ts';

const DOUBLINGS = 8;
const SIZE = 16;
/** Small, so that sums stay far below every plaintext modulus. */
const INTEGERS = { min: -4, max: 4 } as const;
const REALS = { min: -1, max: 1 } as const;

/** The numbers of one scheme: what inputs and weights may be, and how they are counted. */
interface Numbers {
  readonly min: number;
  readonly max: number;
  readonly step: number | null;
  /** Never 0, so that no product of a matrix is left out. */
  readonly draw: () => number;
}

export const primitives: PrimitivesWorkload = {
  id: 'primitives',
  group: 'primitives',
  title: 'Single operations, per parameter set and level',
  layouts: null,
  circuits(arithmetic, shape, seed) {
    return [
      affine(numbersOf(arithmetic, Random.from(seed, 'affine')), shape),
      fold(numbersOf(arithmetic, Random.from(seed, 'fold')), shape),
    ];
  },
};

function numbersOf(arithmetic: 'real' | 'integer', random: Random): Numbers {
  if (arithmetic === 'real') return { ...REALS, step: null, draw: () => random.uniform(REALS.min, REALS.max) };
  return { ...INTEGERS, step: 1, draw: () => (1 + random.below(INTEGERS.max)) * (random.below(2) === 0 ? 1 : -1) };
}

/** Sums of 2^8 neighbours in every slot. */
function fold(numbers: Numbers, shape: SlotShape): CircuitPrimitive {
  const { min, max, step } = numbers;
  const neighbours = 2 ** DOUBLINGS;
  const rotations = Array.from({ length: DOUBLINGS }, (_, doubling) => 2 ** doubling);
  const type = { width: 1, min, max, step, bound: 'proven' } as const;
  const circuit: Circuit = {
    id: 'fold',
    shape,
    nodes: [
      { op: 'input', port: 'fold', sources: ['client'], type, layer: 'input' },
      { op: 'fold', of: 0, rotations, type: { ...type, min: neighbours * min, max: neighbours * max }, layer: 'fold' },
    ],
    outputs: { y: 1 },
  };
  return {
    name: `fold of ${DOUBLINGS} doublings`,
    circuit,
    values() {
      const input = slots(numbers, shape);
      return { input: [input], expected: [sumsOfNeighbours(input, neighbours, shape)] };
    },
  };
}

function sumsOfNeighbours(input: Float64Array, neighbours: number, { columns }: SlotShape): Float64Array {
  return input.map((_, slot) => {
    const row = slot - (slot % columns);
    let sum = 0;
    for (let distance = 0; distance < neighbours; distance++) sum += input[row + ((slot + distance) % columns)]!;
    return sum;
  });
}

/** A dense layer in the batched layout: a ciphertext per value. */
function affine(numbers: Numbers, shape: SlotShape): CircuitPrimitive {
  const { min, max, step } = numbers;
  const weights = new Float64Array(SIZE * SIZE).map(() => numbers.draw());
  const matrix = sparseFromRows(SIZE, SIZE, weights, step);
  const bias = new Float64Array(SIZE).map(() => numbers.draw());
  const largest = Math.max(-min, max) ** 2 * SIZE + Math.max(-min, max);
  const type = { width: SIZE, min, max, step, bound: 'proven' } as const;
  const circuit: Circuit = {
    id: 'affine',
    shape,
    nodes: [
      { op: 'input', port: 'affine', sources: ['client'], type, layer: 'input' },
      { op: 'affine', of: 0, matrix, bias, type: { ...type, min: -largest, max: largest }, layer: 'affine' },
    ],
    outputs: { y: 1 },
  };
  return {
    name: `affine ${SIZE}x${SIZE}`,
    circuit,
    values() {
      const input = Array.from({ length: SIZE }, () => slots(numbers, shape));
      return { input, expected: layerOutputs(weights, bias, input) };
    },
  };
}

function layerOutputs(weights: Float64Array, bias: Float64Array, input: readonly Float64Array[]): Float64Array[] {
  return Array.from(bias, (constant, row) =>
    input[0]!.map((_, slot) => input.reduce((sum, values, column) => sum + weights[row * SIZE + column]! * values[slot]!, constant)),
  );
}

function slots({ draw }: Numbers, { rows, columns }: SlotShape): Float64Array {
  return new Float64Array(rows * columns).map(draw);
}
