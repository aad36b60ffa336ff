/**
 * The weights that a product by diagonals multiplies with: which slot, which diagonal, and how often.
 *
 * @module
 */
import type { SlotShape, SparseMatrix, TransformTerm } from '../../../schemes/circuit.ts';
import type { LinearLeg } from './linear-leg.ts';
import { capacityOf, positionsOf, type SlotLayout, slotsOf, spreadBits } from './slot-layout.ts';

/** One place of a weight: slot `slot` of output `output` multiplies slot `slot + diagonal` (in strides) of input `from`. */
type Visit = (output: number, from: number, diagonal: number, slot: number, weight: number) => void;

/** Every combination of bits at `positions`. */
function combinations(positions: readonly number[]): Int32Array {
  return Int32Array.from({ length: 2 ** positions.length }, (_, number) => spreadBits(number, positions));
}

/** The slot of every value of a ciphertext. */
function slotsOfValues(layout: SlotLayout): Int32Array {
  const positions = positionsOf(layout, 'value');
  return Int32Array.from({ length: capacityOf(layout) }, (_, value) => spreadBits(value, positions));
}

/** Calls `visit` for every place of every weight. */
function visitWeights(matrix: SparseMatrix, leg: LinearLeg, visit: Visit): void {
  const { input, run, diagonals, rowBits, absorber } = leg;
  const period = 2 ** run.bits;
  const columnCapacity = capacityOf(input);
  const rowCapacity = 2 ** rowBits.length;
  const slotOfColumn = slotsOfValues(input);
  const runMask = (period - 1) << run.first;
  const free = combinations(positionsOf(input, 'copy').filter((bit) => !rowBits.includes(bit)));
  const absorberMask = absorber === null ? 0 : 1 << absorber;

  for (let row = 0; row < matrix.rows; row++) {
    const rowSlot = spreadBits(row % rowCapacity, rowBits);
    const rowLane = (rowSlot >> run.first) & (diagonals - 1);
    const output = Math.floor(row / rowCapacity);
    const rowCopies = rowSlot & ~runMask;
    for (let entry = matrix.offsets[row]!; entry < matrix.offsets[row + 1]!; entry++) {
      const column = matrix.indices[entry]!;
      const columnSlot = slotOfColumn[column % columnCapacity]!;
      const lane = (columnSlot & runMask) >> run.first;
      const diagonal = (lane - rowLane) & (diagonals - 1);
      const slot = (((lane - diagonal) & (period - 1)) << run.first) | (columnSlot & ~runMask) | rowCopies;
      // The copy after the absorbing one has other rows, and no result needs what it would give.
      const blocked = diagonal > lane ? absorberMask : 0;
      const from = Math.floor(column / columnCapacity);
      for (let at = 0; at < free.length; at++) {
        const copy = free[at]!;
        if ((copy & blocked) === 0) visit(output, from, diagonal, slot | copy, matrix.values[entry]!);
      }
    }
  }
}

/** How many products with a plaintext the leg takes, and which rotations: what a matrix of few diagonals costs less. */
export interface DiagonalCounts {
  readonly products: number;
  /** Rotations of inputs (baby steps) and of sums (giant steps), with that many baby steps. */
  rotations(babies: number): { readonly ofInputs: number; readonly ofSums: number };
}

/** By matrix and leg: routes of one search share most of their legs, and the search is made for each kind of kernels. */
const counted = new WeakMap<SparseMatrix, Map<string, DiagonalCounts>>();

/** Counts once for each matrix and leg, which takes as long as going through all weights. */
export function countDiagonals(matrix: SparseMatrix, leg: LinearLeg): DiagonalCounts {
  const ofMatrix = counted.get(matrix) ?? new Map<string, DiagonalCounts>();
  counted.set(matrix, ofMatrix);
  const key = JSON.stringify(leg);
  const counts = ofMatrix.get(key) ?? countUsed(matrix, leg);
  ofMatrix.set(key, counts);
  return counts;
}

function countUsed(matrix: SparseMatrix, leg: LinearLeg): DiagonalCounts {
  const inputs = leg.input.ciphertexts;
  const used = usedDiagonals(matrix, leg);
  return {
    products: used.reduce((sum, one) => sum + one, 0),
    rotations(babies) {
      const [ofInputs, ofSums] = [new Set<number>(), new Set<number>()];
      for (const [at, one] of used.entries()) {
        if (one === 0) continue;
        const diagonal = at % leg.diagonals;
        const from = Math.floor(at / leg.diagonals) % inputs;
        const output = Math.floor(at / leg.diagonals / inputs);
        const baby = diagonal % babies;
        if (baby > 0) ofInputs.add(from * leg.diagonals + baby);
        if (diagonal > baby) ofSums.add(output * leg.diagonals + diagonal - baby);
      }
      return { ofInputs: ofInputs.size, ofSums: ofSums.size };
    },
  };
}

/** Whether any weight stands on a diagonal: diagonal d of input f and output o at (o * inputs + f) * diagonals + d. */
function usedDiagonals(
  { rows, columns, offsets, indices }: SparseMatrix,
  { input, output, run, rowBits, diagonals }: LinearLeg,
): Uint8Array {
  const used = new Uint8Array(output.ciphertexts * input.ciphertexts * diagonals);
  const [columnCapacity, rowCapacity] = [capacityOf(input), 2 ** rowBits.length];
  const runMask = (2 ** run.bits - 1) << run.first;
  const laneOfSlot = slotsOfValues(input).map((slot) => (slot & runMask) >> run.first);
  const laneOf = Int32Array.from({ length: columns }, (_, column) => laneOfSlot[column % columnCapacity]!);
  const firstOf = Int32Array.from({ length: columns }, (_, column) => Math.floor(column / columnCapacity) * diagonals);
  for (let row = 0; row < rows; row++) {
    const rowLane = (spreadBits(row % rowCapacity, rowBits) >> run.first) & (diagonals - 1);
    const first = Math.floor(row / rowCapacity) * input.ciphertexts * diagonals;
    const end = offsets[row + 1]!;
    for (let entry = offsets[row]!; entry < end; entry++) {
      const column = indices[entry]!;
      used[first + firstOf[column]! + ((laneOf[column]! - rowLane) & (diagonals - 1))] = 1;
    }
  }
  return used;
}

/**
 * The terms of every output ciphertext, in baby steps and giant steps (HElib, Halevi and Shoup, CRYPTO 2018, section 4): a term's
 * weights stand `giant` slots further on, because the sum that they belong to is rotated back by it.
 */
export function diagonalTerms(matrix: SparseMatrix, leg: LinearLeg, babies: number, shape: SlotShape): TransformTerm[][] {
  const inputs = leg.input.ciphertexts;
  const slots = slotsOf(shape);
  const columns = shape.columns;
  const plains = Array.from({ length: leg.output.ciphertexts }, () => new Map<number, Float64Array>());
  visitWeights(matrix, leg, (output, from, diagonal, slot, weight) => {
    const key = from + inputs * diagonal;
    let plain = plains[output]!.get(key);
    if (plain === undefined) plains[output]!.set(key, (plain = new Float64Array(slots)));
    const giant = (diagonal - (diagonal % babies)) << leg.run.first;
    plain[(slot & ~(columns - 1)) | ((slot + giant) & (columns - 1))] = weight;
  });
  return plains.map((ofOutput) =>
    [...ofOutput]
      .sort(([left], [right]) => left - right)
      .map(([key, plain]) => {
        const diagonal = Math.floor(key / inputs);
        const baby = diagonal % babies;
        return { from: key % inputs, baby: baby << leg.run.first, giant: (diagonal - baby) << leg.run.first, plain };
      }),
  );
}
