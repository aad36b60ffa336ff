/**
 * Neurons apart by what they reach. One table serves a layer, and tells some 250 values apart over all that the layer's sums reach. Where
 * these lie around middles of their own (large biases, inputs far from zero), or where some reach much less than others, little of them is
 * left. Such a layer becomes parts of neurons that reach about the same, each with a table of its own. It is the same network, and looks
 * as many values up.
 *
 * @module
 */
import type { Chain, LinearLink } from '../../network/chain.ts';
import { continueChain } from '../../network/chain-values.ts';
import { moveColumns, takeRows } from '../../network/sparse.ts';
import type { Interval } from '../range.ts';

/** Inputs that are looked at. */
const LOOKED_AT = 64;
/** Neurons of one part reach from so much of the most of them on. */
const ALIKE = 1 / 4;
/** A part reaches at most so many times as far as the widest of its neurons. */
const WIDEST = 2;

/** A value of the chain in parts: the value of each, and which of its numbers it holds. */
type Parts = readonly { readonly value: number; readonly members: Uint32Array }[];

/**
 * The same network with such layers in parts; the chain itself where there is none.
 *
 * @param samples real inputs
 */
export function separateRanges(chain: Chain, samples: readonly Float64Array[]): Chain {
  const seen = samples.slice(0, LOOKED_AT).map((sample) => continueChain(chain, [sample]));
  const [first] = seen;
  if (first === undefined) return chain;
  const separated: Chain[number][] = [];
  const parts: Parts[] = [[{ value: 0, members: allOf(first[0]!) }]];
  const append = (link: Chain[number]): number => separated.push(link);
  for (const [at, link] of chain.entries()) {
    const value = at + 1;
    if (link.kind === 'activation') {
      const of = parts[link.of]!;
      parts.push(
        of.map(({ value: read, members }, part) => ({ value: append({ ...link, ...partOf(link.name, part, of), of: read }), members })),
      );
      continue;
    }
    const whole = { ...link, ...readingParts(link, parts) };
    const groups = isSeparable(chain, value) ? alike(reachOfEach(seen, value)) : [];
    if (groups.length <= 1) parts.push([{ value: append(whole), members: allOf(first[value]!) }]);
    else
      parts.push(
        groups.map((members, part) => ({ value: append({ ...rowsOf(whole, members), ...partOf(link.name, part, groups) }), members })),
      );
  }
  return separated.length === chain.length ? chain : separated;
}

function allOf({ length }: { readonly length: number }): Uint32Array {
  return Uint32Array.from({ length }, (_, number) => number);
}

/** `hidden (2 of 3)` */
function partOf(name: string, part: number, { length }: { readonly length: number }): { readonly name: string } {
  return { name: length === 1 ? name : `${name} (${part + 1} of ${length})` };
}

/** Whether an activation alone reads the value, and linear layers what it makes: these take parts together again. */
function isSeparable(chain: Chain, value: number): boolean {
  const [reader, ...others] = readersOf(chain, value);
  if (reader === undefined || others.length > 0 || chain[reader]!.kind !== 'activation') return false;
  const behind = readersOf(chain, reader + 1);
  return behind.length > 0 && behind.every((at) => chain[at]!.kind === 'linear');
}

/** Links that read a value. */
function readersOf(chain: Chain, value: number): readonly number[] {
  return chain.flatMap(({ of }, at) => ((typeof of === 'number' ? of === value : of.includes(value)) ? [at] : []));
}

function reachOfEach(seen: readonly (readonly Float64Array[])[], value: number): readonly Interval[] {
  return Array.from(seen[0]![value]!, (_, number) => {
    const numbers = seen.map((values) => values[value]![number]!);
    return { min: Math.min(...numbers), max: Math.max(...numbers) };
  });
}

/** Neurons in parts, the ones that vary most first. */
function alike(reaches: readonly Interval[]): readonly Uint32Array[] {
  const width = (neuron: number): number => reaches[neuron]!.max - reaches[neuron]!.min;
  const middle = (neuron: number): number => (reaches[neuron]!.max + reaches[neuron]!.min) / 2;
  let left = Array.from(allOf(reaches)).sort((a, b) => width(b) - width(a));
  const groups: number[][] = [];
  while (left.length > 0) {
    const [widest] = left as [number];
    const least = width(widest) * ALIKE;
    const like = left.filter((neuron) => width(neuron) >= least).sort((a, b) => middle(a) - middle(b));
    groups.push(...neighbours(like, reaches, WIDEST * width(widest)));
    left = left.filter((neuron) => width(neuron) < least);
  }
  return groups.map((group) => Uint32Array.from(group).sort());
}

/** Neurons in rising order, cut wherever together they would reach over more than `most`. */
function neighbours(neurons: readonly number[], reaches: readonly Interval[], most: number): number[][] {
  const groups: number[][] = [];
  let reached: Interval | null = null;
  for (const neuron of neurons) {
    const own = reaches[neuron]!;
    const joined: Interval = reached === null ? own : { min: Math.min(reached.min, own.min), max: Math.max(reached.max, own.max) };
    const fits: boolean = reached !== null && joined.max - joined.min <= most;
    if (fits) groups.at(-1)!.push(neuron);
    else groups.push([neuron]);
    reached = fits ? joined : own;
  }
  return groups;
}

/** The link over the parts of what it reads. */
function readingParts({ of, matrix }: LinearLink, parts: readonly Parts[]): Pick<LinearLink, 'of' | 'matrix'> {
  const read = of.flatMap((value) => parts[value]!);
  if (read.length === of.length) return { of: read.map(({ value }) => value), matrix };
  const places = new Uint32Array(matrix.columns);
  let [next, first] = [0, 0];
  for (const value of of) {
    const own = parts[value]!;
    for (const { members } of own) for (const member of members) places[first + member] = next++;
    first = next;
  }
  return { of: read.map(({ value }) => value), matrix: moveColumns(matrix, places) };
}

function rowsOf(link: LinearLink, members: Uint32Array): LinearLink {
  return { ...link, matrix: takeRows(link.matrix, members), bias: Float64Array.from(members, (row) => link.bias[row]!) };
}
