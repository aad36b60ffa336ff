/**
 * What a network loses before anything is encrypted: when polynomials, tables and whole numbers take the place of its floats.
 *
 * @module
 */
import type { MeasuredRecord } from '../../harness/record/record.ts';
import { formatQuantity } from '../quantity.ts';

/** Shares of right classes in the clear, over all held-out samples. */
export interface Conversion {
  readonly samples: number;
  readonly float: number;
  readonly planned: number;
}

/** null: no classes, or a record of an earlier version that compared only the samples that it encrypted. */
export function conversionOf({ accuracy, distinctSamples }: MeasuredRecord): Conversion | null {
  const heldOut = accuracy?.heldOut ?? null;
  if (heldOut === null || heldOut.samples < distinctSamples) return null;
  const { samples, float, planned } = heldOut;
  return { samples, float, planned };
}

/** Percentage points; negative where the planned network is the better. Rounded as they are printed. */
export function pointsLost({ float, planned }: Conversion): number {
  return Math.round(1000 * (float - planned)) / 10;
}

/** What planning leaves of outputs that are no classes: their R2, and the largest difference. */
export interface PlannedOutputs {
  readonly largest: number;
  /** Root mean square of differences. */
  readonly rms: number;
  /** null: the outputs do not vary. */
  readonly r2: number | null;
}

/** Of networks without classes, whose loss no share shows: less of the variance than this is another network. */
export const LEAST_R2 = 0.95;

/** `R2 0.993`, to stand beside others of a table; where outputs do not vary, the largest difference. */
export function shortPlanningWords({ largest, r2 }: PlannedOutputs): string {
  if (largest === 0) return 'same outputs';
  return r2 === null ? `off ${largest.toPrecision(2)}` : `R2 ${r2.toFixed(3)}`;
}

/** `R2 0.993, off 0.13, RMS 0.049`; where outputs do not vary, the largest difference alone. */
export function planningWords({ largest, rms, r2 }: PlannedOutputs): string {
  if (largest === 0) return 'same outputs';
  const off = `off ${largest.toPrecision(2)}, RMS ${rms.toPrecision(2)}`;
  return r2 === null ? off : `R2 ${r2.toFixed(3)}, ${off}`;
}

/** In percentage points: `97.8% kept`, `96.8%: 1.0 lost`, `97.0%: 0.3 won`. */
export function conversionWords(conversion: Conversion): string {
  const planned = formatQuantity(conversion.planned, 'share');
  const lost = pointsLost(conversion);
  return lost === 0 ? `${planned} kept` : `${planned}: ${Math.abs(lost).toFixed(1)} ${lost > 0 ? 'lost' : 'won'}`;
}
