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

/** In percentage points: `97.8% kept`, `96.8%: 1.0 lost`, `97.0%: 0.3 won`. */
export function conversionWords(conversion: Conversion): string {
  const planned = formatQuantity(conversion.planned, 'share');
  const lost = pointsLost(conversion);
  return lost === 0 ? `${planned} kept` : `${planned}: ${Math.abs(lost).toFixed(1)} ${lost > 0 ? 'lost' : 'won'}`;
}
