/**
 * The effect of noise on one table: how often its output is wrong, and by how much.
 *
 * @module
 */
import type { LookupTable, ValueType } from '../../circuit.ts';
import { tail_log2 } from '../../probability.ts';
import { entryAt, firstEdge } from './lookup.ts';

/** On average over inputs, in counted units of the table's output. */
export interface TableError {
  /** Share of inputs whose output is another than without noise. */
  readonly rate: number;
  /** Mean square of the difference. */
  readonly meanSquare: number;
  /** Greatest difference of neighbouring outputs. */
  readonly jump: number;
}

/** A place between two inputs whose outputs differ. */
interface Edge {
  readonly at: number;
  readonly jump: number;
}

/** Points at which a deviation of many units is looked at. */
const POINTS_PER_DEVIATION = 256;

/** Farther than so many deviations no error is expected. */
const DEVIATIONS = 6;

/**
 * @param deviation Standard deviation of the input's error, in counted units.
 * @param noise The part of it that is noise: wrong outputs of tables before are outputs all the same, and take no sum out of its range.
 */
export function tableErrorOf(table: LookupTable, type: ValueType, deviation: number, noise = deviation): TableError {
  const inner = innerError(table, type, deviation);
  if (table.negacyclic) return inner;
  const ends = endError(table, type, noise);
  const meanSquare = Math.min(outputRange({ ...table, negacyclic: true }) ** 2, inner.meanSquare + ends.meanSquare);
  // What nobody will see sets no bound.
  const jump = Math.max(inner.jump, ends.rate > NEGLIGIBLE ? ends.jump : 0);
  return { rate: Math.min(1, inner.rate + ends.rate), meanSquare, jump };
}

/** Chance of one table below which it counts as none. */
const NEGLIGIBLE = 2 ** -40;

/** Of a plain table past its ends, where the torus goes on with the opposite of its other end. */
function endError(table: LookupTable, type: ValueType, noise: number): TableError {
  const { min, max } = type;
  const jump = Math.abs(entryAt(table, min) + entryAt(table, max));
  if (jump === 0 || noise === 0) return { rate: 0, meanSquare: 0, jump: 0 };
  const rate = Math.min(
    1,
    [min - 0.5, max + 0.5].reduce((sum, end) => sum + endRate(Math.abs(end), noise, type), 0),
  );
  return { rate, meanSquare: rate * jump ** 2, jump };
}

/**
 * Sums of a known spread were looked at, and their range is wider than what was seen: none is near an end but those that are exactly zero
 * where zero is near it, which behind a ReLU is half of them. Of others nothing is known but that they may be anywhere.
 */
function endRate(end: number, noise: number, { min, max, rms }: ValueType): number {
  if (rms !== undefined && rms > 0) return 2 ** tail_log2(end / noise) / 4;
  // Where there is an input on every whole number, so many of them cross.
  const crossed = distancesOf(noise).reduce((sum, { beyond }) => sum + beyond / 2, 0);
  return Math.min(1, crossed / (max - min + 1));
}

function innerError(table: LookupTable, type: ValueType, deviation: number): TableError {
  const edges = table.negacyclic ? negacyclicEdges(table, type) : plainEdges(table, type);
  const gap = edges.slice(1).reduce((least, { at }, index) => Math.min(least, at - edges[index]!.at), Infinity);
  let crossed = 0;
  let squares = 0;
  for (const { distance, beyond } of distancesOf(deviation)) {
    crossed += beyond;
    // The n-th edge on the way adds n^2 - (n - 1)^2 to the square, where jumps are alike.
    squares += (2 * Math.floor(distance / gap) + 1) * beyond;
  }
  const density = densityOf(type, edges.length);
  const sum = (of: (edge: Edge) => number): number => edges.reduce((total, edge) => total + density(edge.at) * of(edge), 0);
  return {
    rate: Math.min(1, crossed * sum(() => 1)),
    // Jumps up and down do not add up to more than the outputs' range.
    meanSquare: Math.min(outputRange(table) ** 2, squares * sum(({ jump }) => jump ** 2)),
    jump: edges.reduce((most, { jump }) => Math.max(most, jump), 0),
  };
}

/** Distances from whole inputs to an edge, and how many of these inputs noise takes so far, to either side. */
function distancesOf(deviation: number): readonly { readonly distance: number; readonly beyond: number }[] {
  const stride = Math.max(1, Math.floor(deviation / POINTS_PER_DEVIATION));
  const count = Math.ceil((DEVIATIONS * deviation) / stride + 0.5);
  return Array.from({ length: count }, (_, index) => {
    const distance = (index + 0.5) * stride;
    return { distance, beyond: stride * 2 ** tail_log2(distance / deviation) };
  });
}

function outputRange({ outputs, negacyclic }: LookupTable): number {
  const values = Array.from(outputs, Number);
  const all = negacyclic ? [...values, ...values.map((value) => -value)] : values;
  return all.reduce((most, value) => Math.max(most, value), -Infinity) - all.reduce((least, value) => Math.min(least, value), Infinity);
}

/** Sums gather around the middle of their range: so many times as often as uniform values they meet an edge. */
const CONCENTRATION = 3;

/** Neurons have different deviations; those with smaller ones are so much more often near zero, where edges are. */
const PEAK = 1.5;

/** Share of inputs per counted unit: a double exponential of the known deviation, or a bound for all that gathers. */
function densityOf({ min, max, rms }: ValueType, edges: number): (at: number) => number {
  if (rms === undefined || rms === 0) {
    const uniform = Math.min(CONCENTRATION / (max - min + 1), 1 / edges);
    return () => uniform;
  }
  const width = Math.max(rms, 1) / Math.SQRT2;
  return (at) => (PEAK / (2 * width)) * Math.exp(-Math.abs(at) / width);
}

/** Once around the torus, the first half from the first edge on. */
function negacyclicEdges(table: LookupTable, { min, max }: ValueType): Edge[] {
  const outputs = Array.from(table.outputs, Number);
  const first = firstEdge(table);
  const half = outputs.length === 1 ? Math.max(max - first, first - min) : outputs.length * table.step;
  const edges = outputs.map((output, index) => ({
    at: first + index * table.step,
    jump: Math.abs(output - (outputs[index - 1] ?? -outputs.at(-1)!)),
  }));
  return [...edges, ...edges.map(({ at, jump }) => ({ at: at + half, jump }))].filter(({ jump }) => jump > 0);
}

function plainEdges(table: LookupTable, type: ValueType): Edge[] {
  let before = entryAt(table, type.min);
  // Only ends of entries can be edges.
  return Array.from(entryEnds(table, type), (input) => {
    const output = entryAt(table, input);
    const jump = Math.abs(output - before);
    before = output;
    return { at: input - table.step / 2, jump };
  }).filter(({ jump }) => jump > 0);
}

function* entryEnds(table: LookupTable, type: ValueType): Generator<number> {
  for (let index = 0; index < table.outputs.length; index++) {
    const input = table.min + index * table.step;
    if (input > type.min) yield Math.min(input, type.max);
  }
}
