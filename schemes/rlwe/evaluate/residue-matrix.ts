/**
 * Affine maps of bundles: a matrix of whole numbers times ciphertexts, and a constant for each result.
 *
 * @module
 */
import type { Chain } from '../ring/chain.ts';
import type { Ciphertext } from '../ring/ciphertext.ts';
import { allocatePolynomials, limbsOf } from '../ring/ciphertext.ts';
import type { Bounds } from '../kernel/bound.ts';
import type { Arena } from '../kernel/memory.ts';
import { centred } from '../numbers/modular-integers.ts';
import type { Residues } from '../ring/residues.ts';

/** One row: weights of some columns. Rows that read the same columns may share the list. */
export interface MatrixRow {
  readonly columns: ArrayLike<number>;
  readonly weights: readonly bigint[];
}

/** As in `assembly/residue-matrix.ts`: bytes of a column in a tile, of a group, of both halves of its sums; rows of a group. */
export const TILE_BYTES = 32;
const GROUP_BYTES = 40;
export const SUMS_BYTES = 384;
const MOST_ROWS = 6;
/** What a strip of packed columns may take of the second-level cache. */
const STRIP_BYTES = 2 ** 19;
/** Tiles of a strip; two are a cache line of every column. */
const TILES = [8, 4, 2] as const;
/** Where residues are halved. */
const SPLIT = 2 ** 25;

/** A matrix in wasm memory, as the kernel reads it. */
export class ResidueMatrix {
  readonly columns: number;
  readonly groups: number;
  readonly groupCount: number;
  /** Largest sum of the magnitudes of a row's weights: it bounds the sums. Infinity where a weight is no exact double. */
  readonly rowWeight: number;

  constructor(rows: readonly MatrixRow[], columns: number, arena: Arena) {
    this.columns = columns;
    const groups = [...Map.groupBy(rows.keys(), (row) => patternOf(rows[row]!)).values()].flatMap((alike) => groupsOf(alike));
    this.groupCount = groups.length;
    this.groups = arena.allocate(GROUP_BYTES * groups.length);
    const lists = new Map<string, number>();
    let at = this.groups / 4;
    for (const group of groups) {
      const first = rows[group[0]!]!;
      const pattern = patternOf(first);
      const list = lists.get(pattern) ?? columnList(first.columns, arena);
      lists.set(pattern, list);
      const weights = interleavedWeights(
        group.map((row) => rows[row]!),
        arena,
      );
      arena.u32.set([group.length, first.columns.length, list, weights, ...group], at);
      at += GROUP_BYTES / 4;
    }
    this.rowWeight = rows.reduce((most, { weights }) => Math.max(most, magnitudes(weights)), 0);
  }

  /** Tiles of a strip, so that its packed columns stay in the cache. */
  tiles(halved: boolean): number {
    return TILES.find((tiles) => this.#strip_bytes(tiles, halved) <= STRIP_BYTES) ?? 2;
  }

  /** Bytes that the kernel packs into. */
  packed_bytes(halved: boolean): number {
    return this.#strip_bytes(this.tiles(halved), halved) + SUMS_BYTES;
  }

  #strip_bytes(tiles: number, halved: boolean): number {
    return this.columns * TILE_BYTES * tiles * (halved ? 2 : 1);
  }
}

/** Equal for rows that read the same columns. */
function patternOf({ columns }: MatrixRow): string {
  const bytes = Uint32Array.from(columns);
  return Buffer.from(bytes.buffer).toString('latin1');
}

function groupsOf(rows: readonly number[]): number[][] {
  // As equal as they get: eight rows as four and four, not six and two.
  const count = Math.ceil(rows.length / MOST_ROWS);
  return Array.from({ length: count }, (_, at) =>
    rows.slice(Math.round((at * rows.length) / count), Math.round(((at + 1) * rows.length) / count)),
  );
}

function columnList(columns: ArrayLike<number>, arena: Arena): number {
  const list = arena.allocate(4 * Math.max(columns.length, 1));
  arena.u32.set(
    Uint32Array.from(columns, (column) => column * TILE_BYTES),
    list / 4,
  );
  return list;
}

/** Column by column, a number for each row. */
function interleavedWeights(rows: readonly MatrixRow[], arena: Arena): number {
  const count = rows[0]!.weights.length;
  const address = arena.allocate(8 * Math.max(count * rows.length, 1));
  const { f64 } = arena;
  for (let column = 0; column < count; column++) {
    for (const [at, { weights }] of rows.entries()) f64[address / 8 + column * rows.length + at] = Number(weights[column]);
  }
  return address;
}

function magnitudes(weights: readonly bigint[]): number {
  return weights.reduce((sum, weight) => sum + (Number.isSafeInteger(Number(weight)) ? Math.abs(Number(weight)) : Infinity), 0);
}

export interface PreparedMatrix {
  readonly rows: readonly MatrixRow[];
  /** Null where rows are too short for it. */
  readonly packed: ResidueMatrix | null;
  /** What is added to each result at a correction factor, as the scheme encodes a number that fills all slots; null where all are zero. */
  readonly addends: ((correction: bigint) => readonly bigint[]) | null;
}

/** Entries per row from which packing the columns pays. */
const ENTRIES_WORTH_PACKING = 4;

export function isWorthPacking(rows: number, entries: number): boolean {
  return entries >= ENTRIES_WORTH_PACKING * rows;
}

/** How the kernel multiplies modulo one prime, and the bound of what it leaves. */
export interface Summing {
  /** Residues are split in two, and their sums brought together by `factor`. */
  readonly halved: boolean;
  readonly factor: bigint;
  /** In units of the prime. */
  readonly bound: number;
}

/** For sources of this bound, and constants that are centred. Null where sums might not be exact. */
export function summing({ rowWeight }: ResidueMatrix, bound: number, p: number, bounds: Bounds): Summing | null {
  const factor = BigInt(SPLIT);
  const whole = rowWeight * bound + 1 / 2;
  if (whole < bounds.limit(p)) return { halved: false, factor, bound: bounds.reduced(whole) };
  const half = Math.max((bound * p) / SPLIT + 1, SPLIT / 2);
  if (!(rowWeight * half < bounds.limit(1))) return null;
  const either = bounds.reduced(bounds.limit(p));
  const sum = bounds.require(bounds.constantProduct(either, p) + either + 1 / 2, p, 'multiplyMatrix');
  return { halved: true, factor, bound: bounds.reduced(sum) };
}

export function prepareMatrix(
  chain: Chain,
  rows: readonly MatrixRow[],
  columns: number,
  addends: PreparedMatrix['addends'],
): PreparedMatrix {
  const entries = rows.reduce((sum, row) => sum + row.weights.length, 0);
  const packed = isWorthPacking(rows.length, entries) ? new ResidueMatrix(rows, columns, chain.arena) : null;
  return { rows, packed, addends };
}

/** One ciphertext per row. In either form; a missing third polynomial is zero. */
export function multiplyMatrix(
  chain: Chain,
  { rows, packed, addends }: PreparedMatrix,
  inputs: readonly Ciphertext[],
  scale: number,
): Ciphertext[] {
  const { correction } = inputs[0]!;
  if (inputs.some((input) => input.correction !== correction)) throw new Error('summands of different correction factors');
  const limbs = limbsOf(inputs[0]!);
  const count = Math.max(...inputs.map(({ polynomials }) => polynomials.length));
  const alike = inputs.every(({ polynomials }) => polynomials.length === count);
  const added = addends?.(correction) ?? null;
  const results = rows.map(() => ({ polynomials: allocatePolynomials(chain, limbs, count), scale, correction }));
  const parts = Array.from({ length: count }, (_, index) => Array.from({ length: limbs }, (_unused, j) => ({ index, j }))).flat();
  chain.together(parts, ({ index, j }) => {
    const targets = results.map(({ polynomials }) => polynomials[index]![j]!);
    const sources = inputs.flatMap(({ polynomials }) => polynomials[index]?.[j] ?? []);
    const constants = index === 0 && added !== null ? constantsOf(added, chain.data[j]!.value) : null;
    if (alike && packed !== null && chain.ring.multiplyMatrix(packed, sources, targets, constants)) return;
    for (const [row, target] of targets.entries()) {
      combineRow(chain, rows[row]!, inputs, index, j, target);
      if (constants !== null) chain.ring.addConstant(target, constants[row]!);
    }
  });
  return results;
}

/** Modulo a prime, centred. */
export function constantsOf(addends: readonly bigint[], prime: bigint): Float64Array {
  return Float64Array.from(addends, (addend) => Number(centred(addend, prime)));
}

function combineRow(
  chain: Chain,
  { columns, weights }: MatrixRow,
  inputs: readonly Ciphertext[],
  index: number,
  j: number,
  target: Residues,
): void {
  const present = [...weights.keys()].filter((i) => weights[i] !== 0n && index < inputs[columns[i]!]!.polynomials.length);
  if (present.length === 0) {
    chain.ring.clear(target, inputs[0]!.polynomials[0]![0]!.form);
    return;
  }
  const sources = present.map((i) => inputs[columns[i]!]!.polynomials[index]![j]!);
  chain.ring.combine(
    sources,
    present.map((i) => target.modulus.constant(weights[i]!)),
    target,
  );
}
