/**
 * An activation of quantised sums as a lookup table, which applies the function and rounds for the next layer.
 *
 * @module
 */
import type { LookupTable } from '../../../schemes/circuit.ts';
import { type ActivationName, activations } from '../../network/activation.ts';
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
}

/**
 * The table of `activation` over whole sums from `min` to `max`, each worth `step`. Zero is always the middle of an entry. The largest
 * output takes all of `outputBits` bits; a sign is one entry and its opposite, and fills the whole torus.
 */
export function networkTable(
  activation: ActivationName,
  sums: Interval & { readonly step: number },
  { entryBits, outputBits }: TableResolution,
): NetworkTable {
  if (activation === 'sign') return { table: signTable(sums), output: { min: -1, max: 1, step: 1 } };
  const width = Math.max(1, Math.ceil((sums.max - sums.min) / (2 ** entryBits - 1)));
  const [first, last] = [Math.round(sums.min / width), Math.round(sums.max / width)];
  const exact = Float64Array.from({ length: last - first + 1 }, (_, index) => activations[activation]((first + index) * width * sums.step));
  const largest = exact.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const step = largest / (2 ** outputBits - 1) || 1;
  const outputs = exact.map((value) => Math.round(value / step) + 0);
  return { table: { min: first * width + 0, step: width, outputs, negacyclic: false }, output: { ...endsOf(outputs), step } };
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
