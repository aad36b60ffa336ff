/**
 * Matrices of whole numbers in wasm memory, and their products with residues modulo one prime.
 *
 * @module
 */
import type { Bounds } from '../kernel/bound.ts';
import { callResidueMatrix } from '../kernel/kernel-calls.ts';
import type { Arena } from '../kernel/memory.ts';
import type { Residues } from './residues.ts';
import type { Ring } from './ring.ts';

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

/** How the kernel multiplies modulo one prime, and the bound of what it leaves. */
export interface SumStrategy {
  /** Residues are split in two, and their sums brought together by `factor`. */
  readonly halved: boolean;
  readonly factor: bigint;
  /** In units of the prime. */
  readonly bound: number;
}

/** For sources of this bound, and constants that are centred. Null where sums might not be exact. */
export function chooseSumStrategy({ rowWeight }: ResidueMatrix, bound: number, p: number, bounds: Bounds): SumStrategy | null {
  const factor = BigInt(SPLIT);
  const whole = rowWeight * bound + 1 / 2;
  if (whole < bounds.limit(p)) return { halved: false, factor, bound: bounds.reduced(whole) };
  const half = Math.max((bound * p) / SPLIT + 1, SPLIT / 2);
  if (!(rowWeight * half < bounds.limit(1))) return null;
  const either = bounds.reduced(bounds.limit(p));
  const sum = bounds.require(bounds.constantProduct(either, p) + either + 1 / 2, p, 'multiplyMatrix');
  return { halved: true, factor, bound: bounds.reduced(sum) };
}

/**
 * targets = matrix * sources + constants, reduced; constants are centred. False where the weights are too large for exact sums, and
 * nothing is done.
 */
export function multiplyResidues(
  ring: Ring,
  matrix: ResidueMatrix,
  sources: readonly Residues[],
  targets: readonly Residues[],
  constants: Float64Array | null,
): boolean {
  const form = ring.requireAlike(...sources);
  const { modulus } = sources[0]!;
  const sums = chooseSumStrategy(
    matrix,
    sources.reduce((most, { bound }) => Math.max(most, bound), 0),
    modulus.p,
    ring.bounds,
  );
  if (sums === null) return false;
  const { halved, factor, bound } = sums;
  const inKernel = form === 'values' ? constants : null;
  const [packed, lists, addends] = [
    ring.arena.allocate(matrix.packed_bytes(halved)),
    ring.arena.allocate(4 * (sources.length + targets.length)),
    inKernel === null ? 0 : ring.arena.allocate(8 * inKernel.length),
  ];
  const { u32, f64 } = ring.arena;
  for (const [at, { address }] of [...sources, ...targets].entries()) u32[lists / 4 + at] = address;
  if (inKernel !== null) f64.set(inKernel, addends / 8);
  callResidueMatrix(ring.kernel, {
    sources: lists,
    sourceShift: 0,
    targets: lists + 4 * sources.length,
    targetShift: 0,
    columns: sources.length,
    groups: matrix.groups,
    groupCount: matrix.groupCount,
    constants: addends,
    from: 0,
    to: ring.n,
    block: modulus.block,
    packed,
    tiles: matrix.tiles(halved),
    halved,
    factor: modulus.constant(factor),
  });
  for (const address of [packed, lists, addends]) if (address !== 0) ring.arena.release(address);
  for (const target of targets) ring.declare(target, bound, form);
  if (constants !== null && inKernel === null) for (const [row, target] of targets.entries()) ring.addConstant(target, constants[row]!);
  return true;
}
