/**
 * A linear layer as a list of products: powers of inputs, bit by bit, with what outputs share computed once.
 *
 * A bit of exponents makes a row: the inputs whose exponent has it. Rows are multiplied up (`merge-sets.ts`); then, from the highest bit
 * down, an output is squared and the row of the next bit multiplied in (Horner). Negative weights are powers of inverses. All inverses
 * of a layer come from one inversion (Montgomery's trick), either of inputs, or of what stands under the line in every output: the cheaper.
 *
 * @module
 */
import type { Exponent, LayerExponents } from './layer-exponents.ts';
import { mergeSets } from './merge-sets.ts';
import { type AllocatedProducts, ProductList } from './product-list.ts';

export interface LayerProgram extends Omit<AllocatedProducts, 'outputs'> {
  /** Null: no input counts, and the output is its bias. Otherwise its register, with the number times R^degree. */
  readonly outputs: readonly ({ readonly register: number; readonly degree: bigint } | null)[];
  readonly counts: ProductList['counts'];
}

/** Bases by the bit of their exponents: those of bit p are squared p times, together. */
type Chain = ReadonlyMap<number, readonly number[]>;

/** @param inputs ciphertexts that the layer reads, all or some of them */
export function programLayer(layer: LayerExponents, inputs: number): LayerProgram {
  const list = new ProductList(inputs);
  const values = invertsOutputs(layer) ? dividedOutputs(list, layer) : outputsOfInverses(list, layer, inputs);
  const { outputs, ...allocated } = list.allocate(values.filter((value) => value !== null));
  let next = 0;
  return {
    ...allocated,
    outputs: values.map((value) => (value === null ? null : { register: outputs[next++]!, degree: list.degreeOf(value) })),
    counts: list.counts,
  };
}

/** Whether numerators and denominators cost less than inverses of inputs: second chains of squarings against three products each. */
function invertsOutputs(layer: LayerExponents): boolean {
  const divided = layer.filter((exponents) => exponents.some(({ negative }) => negative > 0n));
  const inverted = new Set(layer.flat().flatMap(({ input, negative }) => (negative > 0n ? [input] : [])));
  const squarings = divided.reduce((sum, exponents) => sum + Math.max(...exponents.map(({ negative }) => lengthOf(negative))), 0);
  return squarings + 4 * divided.length <= 3 * inverted.size;
}

function lengthOf(x: bigint): number {
  return x.toString(2).length;
}

/** Numerator over denominator, for every output. */
function dividedOutputs(list: ProductList, layer: LayerExponents): (number | null)[] {
  const above = layer.map((exponents) => chainOf(exponents, ({ input, positive }) => [[input, positive]]));
  const below = layer.map((exponents) => chainOf(exponents, ({ input, negative }) => [[input, negative]]));
  const values = chainValues(list, [...above, ...below]);
  const [numerators, denominators] = [values.slice(0, layer.length), values.slice(layer.length)];
  const inverses = inversesOf(list, present(denominators), present(numerators));
  let next = 0;
  return numerators.map((numerator, output) => {
    if (denominators[output] === null) return numerator;
    const inverse = inverses[next++]!;
    return numerator === null ? inverse : list.multiply(numerator, inverse);
  });
}

/** Powers of inputs and of their inverses, for every output. */
function outputsOfInverses(list: ProductList, layer: LayerExponents, inputs: number): (number | null)[] {
  const all = layer.flat();
  const inverted = [...new Set(all.flatMap(({ input, negative }) => (negative > 0n ? [input] : [])))].sort((a, b) => a - b);
  const others = [...new Set(all.map(({ input }) => input))].filter((input) => !inverted.includes(input));
  const inverses = new Map(inversesOf(list, inverted, others).map((value, at) => [inverted[at]!, value]));
  const chains = layer.map((exponents) =>
    chainOf(exponents, ({ input, positive, negative }) => [
      [input, positive],
      [inputs + input, negative],
    ]),
  );
  return chainValues(list, chains, (base) => (base < inputs ? base : inverses.get(base - inputs)!));
}

/**
 * 1 / v of all values, by one inversion. `others` go into what is inverted too, so that a number without an inverse among them is found.
 */
function inversesOf(list: ProductList, values: readonly number[], others: readonly number[]): readonly number[] {
  if (values.length === 0) return [];
  const products = [values[0]!];
  for (const value of values.slice(1)) products.push(list.multiply(products.at(-1)!, value));
  const other = list.multiplyAll(others);
  const inverted = list.invert(other === null ? products.at(-1)! : list.multiply(products.at(-1)!, other));
  let rest = other === null ? inverted : list.multiply(inverted, other);
  const inverses: number[] = [];
  for (let at = values.length - 1; at > 0; at--) {
    inverses[at] = list.multiply(rest, products[at - 1]!);
    rest = list.multiply(rest, values[at]!);
  }
  inverses[0] = rest;
  return inverses;
}

function chainOf(
  exponents: readonly Exponent[],
  basesOf: (exponent: Exponent) => readonly (readonly [base: number, power: bigint])[],
): Chain {
  const rows = new Map<number, number[]>();
  for (const [base, power] of exponents.flatMap(basesOf)) {
    const bits = power.toString(2);
    for (let at = bits.indexOf('1'); at >= 0; at = bits.indexOf('1', at + 1)) {
      const bit = bits.length - 1 - at;
      const row = rows.get(bit);
      if (row === undefined) rows.set(bit, [base]);
      else row.push(base);
    }
  }
  return rows;
}

/**
 * Bits of all rows up to which they are merged together, and of each block of chains where there are more. The time of merging grows faster
 * than the bits: 845 x 100 weights of 6 bits have 215,000 and take 2 s; in blocks layers take up to a fifth more products.
 */
const MOST_BITS = 2 ** 18;
const BLOCK_BITS = 2 ** 16;

/** The value of every chain; null: it has no bits. */
function chainValues(list: ProductList, chains: readonly Chain[], valueOf = (base: number): number => base): (number | null)[] {
  return blocksOf(chains).flatMap((block) => mergedValues(list, block, valueOf));
}

function blocksOf(chains: readonly Chain[]): readonly (readonly Chain[])[] {
  const bits = chains.map((chain) => [...chain.values()].reduce((sum, row) => sum + row.length, 0));
  if (bits.reduce((sum, some) => sum + some, 0) <= MOST_BITS) return [chains];
  const blocks: Chain[][] = [];
  let room = 0;
  for (const [at, chain] of chains.entries()) {
    room -= bits[at]!;
    if (blocks.length === 0 || room < 0) {
      blocks.push([]);
      room = BLOCK_BITS - bits[at]!;
    }
    blocks.at(-1)!.push(chain);
  }
  return blocks;
}

function mergedValues(list: ProductList, chains: readonly Chain[], valueOf: (base: number) => number): (number | null)[] {
  const rows = chains.flatMap((chain) => [...chain.values()]);
  const bases = 1 + rows.reduce((most, row) => row.reduce((more, base) => Math.max(more, base), most), -1);
  const merged = mergeSets(rows, bases);
  const products: number[] = [];
  for (let set = merged.length - 1; set >= 0; set--) {
    const { bases, sets } = merged[set]!;
    products[set] = list.multiplyAll([...sets.map((part) => products[part]!), ...bases.map(valueOf)])!;
  }
  let next = 0;
  return chains.map((chain) => horner(list, new Map([...chain.keys()].map((bit) => [bit, products[next++]!]))));
}

function horner(list: ProductList, rows: ReadonlyMap<number, number>): number | null {
  let value: number | null = null;
  for (let bit = Math.max(...rows.keys()); bit >= 0; bit--) {
    if (value !== null) value = list.multiply(value, value);
    const row = rows.get(bit);
    if (row !== undefined) value = value === null ? row : list.multiply(value, row);
  }
  return value;
}

function present(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}
