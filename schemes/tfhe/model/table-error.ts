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

/** @param deviation Standard deviation of the input's error, in counted units. */
export function tableErrorOf(table: LookupTable, type: ValueType, deviation: number): TableError {
  const edges = table.negacyclic ? negacyclicEdges(table, type) : plainEdges(table, type);
  const gap = edges.slice(1).reduce((least, { at }, index) => Math.min(least, at - edges[index]!.at), Infinity);
  let crossed = 0;
  let squares = 0;
  const stride = Math.max(1, Math.floor(deviation / POINTS_PER_DEVIATION));
  // Distances from whole inputs to the edge.
  for (let distance = stride / 2; distance < DEVIATIONS * deviation + stride; distance += stride) {
    const beyond = stride * 2 ** tail_log2(distance / deviation);
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
