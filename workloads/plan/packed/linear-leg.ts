/**
 * The ways to multiply a layout by a matrix: by diagonals (Halevi and Shoup, CRYPTO 2014) over the lowest values, then folds
 * (rotate-and-sum, GAZELLE, USENIX Security 2018, section 5) over all others.
 *
 * Let L = 2^m values lie next to each other, repeated in copies. With d = 2^k <= L diagonals, slot u computes products of row
 * `u mod d`: diagonal j multiplies slot u + j. Folding by L/2, L/4, ..., d adds the rest. Copies of the input may each work on rows of
 * their own, which is what makes few diagonals enough. Diagonals and folds reach up to L - 1 slots on, into the next copy: where that
 * one has other rows, either it is given the same ones (one copy bit less for rows, and it holds nothing of use afterwards), or only
 * slots that reach nowhere keep their result.
 *
 * @module
 */
import type { SlotShape } from '../../../schemes/circuit.ts';
import { bitsFor, columnBits, positionsOf, type SlotLayout, type SlotRole } from './slot-layout.ts';

/** One way from a layout to the layout of its product. */
export interface LinearLeg {
  readonly input: SlotLayout;
  readonly output: SlotLayout;
  /** Diagonals, a power of two. */
  readonly diagonals: number;
  /** First bit and number of bits of the values that lie next to each other. */
  readonly run: { readonly first: number; readonly bits: number };
  /** Bits of the slot index that number the rows of the matrix, lowest first. */
  readonly rowBits: readonly number[];
  /** Copy bit that takes what diagonals and folds carry over the end of the run; null: nothing is carried that matters. */
  readonly absorber: number | null;
  /** Rotations of the folds, largest first. */
  readonly folds: readonly number[];
  /** Both slot rows are added at the end. */
  readonly foldRows: boolean;
}

/** Neighbouring value bits from the lowest on that rotations can move. */
function runOf(layout: SlotLayout, shape: SlotShape): { readonly first: number; readonly bits: number } {
  const values = positionsOf(layout, 'value');
  const first = values[0] ?? 0;
  let bits = 0;
  while (values[bits] === first + bits && first + bits < columnBits(shape)) bits++;
  return { first, bits };
}

/** Every way to compute `rows` sums from the values of a layout. */
export function linearLegs(input: SlotLayout, rows: number, shape: SlotShape): readonly LinearLeg[] {
  const run = runOf(input, shape);
  const end = run.first + run.bits;
  const top = columnBits(shape);
  const copies = positionsOf(input, 'copy');
  const above = input.roles.slice(end, top);
  const periodic = above.every((role) => role === 'copy');
  const legs: LinearLeg[] = [];
  for (let bits = 0; bits <= Math.min(run.bits, bitsFor(rows)); bits++) {
    const absorbers = end === top ? [null] : above[0] === 'copy' ? [null, end] : [null];
    for (const absorber of absorbers) {
      // Without an absorber a diagonal may only reach into copies of what it would have met.
      if (bits > 0 && absorber === null && !periodic) continue;
      const used = copies.filter((bit) => bit !== absorber).slice(0, bitsFor(rows) - bits);
      const leg = legOf(input, rows, shape, { run, diagonalBits: bits, copiesUsed: used, absorber });
      // An absorber that stays a copy was not needed.
      if (absorber === null || leg.output.roles[absorber] === 'void') legs.push(leg);
    }
  }
  return legs;
}

interface Choice {
  readonly run: LinearLeg['run'];
  readonly diagonalBits: number;
  readonly copiesUsed: readonly number[];
  readonly absorber: number | null;
}

function legOf(input: SlotLayout, rows: number, shape: SlotShape, { run, diagonalBits, copiesUsed, absorber }: Choice): LinearLeg {
  const top = columnBits(shape);
  const end = run.first + run.bits;
  const diagonalEnd = run.first + diagonalBits;
  const roles: SlotRole[] = [...input.roles];
  const used = new Set(copiesUsed);
  const repeatsFrom = (bit: number): boolean =>
    input.roles.slice(bit, top).every((role, offset) => role === 'copy' && !used.has(bit + offset));

  const folded = positionsOf(input, 'value').filter((bit) => bit < run.first || bit >= diagonalEnd);
  for (const bit of folded) {
    if (bit < end && bit < top) roles[bit] = absorber !== null || repeatsFrom(end) ? 'copy' : 'void';
  }
  if (absorber !== null && !repeatsFrom(absorber)) roles[absorber] = 'void';
  // Other values lie apart from the run; a fold over them ends at the end of the slot row, or in copies, or is clean nowhere else.
  const apart = folded.filter((bit) => bit >= end);
  for (const bit of apart) {
    let next = bit;
    while (apart.includes(next) && next < top) next++;
    roles[bit] = bit >= top || repeatsFrom(next) ? 'copy' : 'void';
  }
  for (const bit of copiesUsed) roles[bit] = 'value';
  const rowBits = [...Array.from({ length: diagonalBits }, (_, bit) => run.first + bit), ...copiesUsed].sort((left, right) => left - right);
  return {
    input,
    output: { roles, ciphertexts: Math.ceil(rows / 2 ** rowBits.length) },
    diagonals: 2 ** diagonalBits,
    run,
    rowBits,
    absorber,
    folds: folded
      .filter((bit) => bit < top)
      .map((bit) => 2 ** bit)
      .sort((left, right) => right - left),
    foldRows: folded.some((bit) => bit >= top),
  };
}
