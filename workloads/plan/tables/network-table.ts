/**
 * An activation of quantised sums as a lookup table, which applies the function and rounds for the next layer.
 *
 * @module
 */
import type { LookupTable } from '../../../schemes/circuit.ts';
import { type Activation, functionOf } from '../../network/activation.ts';
import type { ValueFacts } from '../planned-network.ts';
import type { Interval } from '../range.ts';

/** How fine tables are. */
export interface TableResolution {
  /** Entries over the range of the sums, as a power of two: more are beyond what a scheme's noise tells apart. */
  readonly entryBits: number;
  /** Of outputs without their sign. */
  readonly outputBits: number;
}

export interface NetworkTable {
  readonly table: LookupTable;
  readonly output: Pick<ValueFacts, 'min' | 'max' | 'step'>;
  /** What is added to outputs, in real numbers: 0 where they are the function's own. */
  readonly offset: number;
}

/** Outputs that vary by less of the largest are counted from their middle, where whoever reads them can add it again. */
const LITTLE = 1 / 2;

/**
 * The table of activations, one applied behind the other, over whole sums from `min` to `max`, each worth `step`. Zero is always the
 * middle of an entry. The largest output takes all of `outputBits` bits; a sign is one entry and its opposite, and fills the whole torus.
 *
 * @param mayMove whether outputs that vary little may be counted from their middle
 */
export function networkTable(
  functions: readonly Activation[],
  sums: Interval & { readonly step: number },
  { entryBits, outputBits }: TableResolution,
  mayMove = false,
): NetworkTable {
  if (isSign(functions)) return { table: signTable(sums), output: { min: -1, max: 1, step: 1 }, offset: 0 };
  const width = Math.max(1, Math.ceil((sums.max - sums.min) / (2 ** entryBits - 1)));
  const [first, last] = [Math.round(sums.min / width), Math.round(sums.max / width)];
  const compute = composed(functions);
  const exact = Float64Array.from({ length: last - first + 1 }, (_, index) => compute((first + index) * width * sums.step));
  const { min, max } = endsOf(exact);
  const offset = mayMove && max - min < LITTLE * Math.max(-min, max) ? (min + max) / 2 : 0;
  const step = Math.max(max - offset, offset - min) / (2 ** outputBits - 1) || 1;
  const outputs = exact.map((value) => Math.round((value - offset) / step) + 0);
  return { table: { min: first * width + 0, step: width, outputs, negacyclic: false }, output: { ...endsOf(outputs), step }, offset };
}

/** Whether the activations are a sign and nothing else. */
export function isSign(functions: readonly Activation[]): boolean {
  return functions.length === 1 && functions[0]!.activation === 'sign';
}

function composed(functions: readonly Activation[]): (x: number) => number {
  const parts = functions.map(functionOf);
  return (x) => parts.reduce((value, part) => part(value), x);
}

/**
 * Of the width of the sums, at each end: the torus goes on behind the last entry with the opposite of the first, so that noise must not
 * take a sum past either end. Sets are taken whose noise is a few entries of 256.
 */
const ROOM = 1 / 16;
/** Of ranges around their own middle that a table reads: with it they have that room. */
export const LEAST_MARGIN = 1 + 2 * ROOM;

/**
 * The range of sums with what a table needs beyond those that were met.
 *
 * @param margin how many times as wide as what was met the range is already, around zero
 */
export function withRoom({ min, max }: Interval, margin: number): Interval {
  const room = ((max - min) / margin) * ROOM;
  return { min: Math.min(min, Math.floor(min / margin - room)), max: Math.max(max, Math.ceil(max / margin + room)) };
}

/** +1 from zero on and -1 below, as a negacyclic table of one entry: it needs no padding bit, so that twice as many inputs fit. */
export function signTable({ min, max }: Interval): LookupTable {
  // The entry holds for 0 to half - 1, its opposite for -half to -1.
  const half = Math.max(max + 1, -min);
  return { min: half / 2, step: half, outputs: Float64Array.of(1), negacyclic: true };
}

function endsOf(outputs: Float64Array): Interval {
  return {
    min: outputs.reduce((least, output) => Math.min(least, output), Infinity),
    max: outputs.reduce((most, output) => Math.max(most, output), -Infinity),
  };
}
