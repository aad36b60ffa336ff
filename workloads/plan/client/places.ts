/**
 * Places in a chain where it may be cut.
 *
 * @module
 */
import type { Chain, LinearLink } from '../../network/chain.ts';
import { joinColumns, mapColumns, splitColumns } from '../../network/sparse.ts';
import type { SparseMatrix } from '../../../schemes/circuit.ts';

/** A linear layer and what follows it up to the next. */
export type Block = Chain;

/** In front of every linear layer but the first. */
export function blocksOf(chain: Chain): readonly Block[] {
  const blocks: Chain[number][][] = [];
  for (const link of chain) {
    if (blocks.length === 0 || link.kind === 'linear') blocks.push([link]);
    else blocks.at(-1)!.push(link);
  }
  return blocks;
}

/** Between two links, at the start or at the end. */
export interface Place {
  /** Links before. */
  readonly links: number;
  /** Values that were made before and are read behind, rising: all of them cross. At the end, the output. */
  readonly crossing: readonly number[];
}

/**
 * The start, every place in front of a block at which the client may step in, and the end. What crosses arrives as one value, one behind
 * the other, of which a linear layer reads its share and an activation could not: where one would have to, there is no place.
 */
export function placesOf(chain: Chain): readonly Place[] {
  const blocks = blocksOf(chain);
  const places: Place[] = [{ links: 0, crossing: [0] }];
  let links = 0;
  for (const block of blocks.slice(0, -1)) {
    links += block.length;
    const behind = chain.slice(links);
    const reads = behind
      .flatMap((link) => valuesRead(link).map((value) => ({ value, kind: link.kind })))
      .filter(({ value }) => value <= links);
    if (reads.some(({ kind }) => kind === 'activation')) continue;
    places.push({ links, crossing: [...new Set(reads.map(({ value }) => value))].sort((a, b) => a - b) });
  }
  return [...places, { links: chain.length, crossing: [chain.length] }];
}

/** By number of the value, the numbers in it. */
export function widthsOf(chain: Chain, inputs: number): readonly number[] {
  const widths = [inputs];
  for (const link of chain) widths.push(link.kind === 'linear' ? link.matrix.rows : widths[link.of]!);
  return widths;
}

/** One of the values that the client sends one behind the other. */
export interface Slice {
  /** Its number in the whole chain. */
  readonly value: number;
  readonly width: number;
  /** What is sent is so many times the value. */
  readonly scale: number;
}

/** The links between two places as a chain of their own, whose input is the slices one behind the other. */
export function chainBetween(chain: Chain, from: number, to: number, slices: readonly Slice[], widths: readonly number[]): Chain {
  return chain.slice(from, to).map((link): Chain[number] => {
    if (link.kind === 'activation') return { ...link, of: link.of - from };
    const { of, matrix } = readingSlices(link, from, slices, widths);
    return { ...link, of, matrix };
  });
}

function readingSlices(
  { of, matrix, bias }: LinearLink,
  from: number,
  slices: readonly Slice[],
  widths: readonly number[],
): { readonly of: readonly number[]; readonly matrix: SparseMatrix } {
  const later = of.filter((value) => value > from).map((value) => value - from);
  if (later.length === of.length) return { of: later, matrix };
  const blocks = splitColumns(
    matrix,
    of.map((value) => widths[value]!),
  );
  const ofSlices = slices.map(({ value, width, scale }) => {
    const at = of.indexOf(value);
    return at < 0 ? zeroMatrix(bias.length, width) : mapColumns(blocks[at]!, (weight) => weight / scale);
  });
  return { of: [0, ...later], matrix: joinColumns([...ofSlices, ...blocks.slice(of.length - later.length)]) };
}

function zeroMatrix(rows: number, columns: number): SparseMatrix {
  return { rows, columns, step: null, offsets: new Uint32Array(rows + 1), indices: new Uint32Array(0), values: new Float64Array(0) };
}

function valuesRead(link: Chain[number]): readonly number[] {
  return link.kind === 'linear' ? link.of : [link.of];
}
