/**
 * The categories of schemes, by what can be computed on ciphertexts.
 *
 * @module
 */
import type { LaunchRecord, MeasuredRecord } from '../../harness/record/record.ts';
import { isMeasured } from '../../harness/record/record.ts';

/** In the order of the table: from the least that can be computed to the most. */
export const CATEGORIES = ['partial', 'leveled, whole numbers', 'leveled, real numbers', 'full'] as const;
export type Category = (typeof CATEGORIES)[number];

/** What the category means, in plain words. */
export const MEANINGS: Readonly<Record<Category, string>> = {
  partial: 'ciphertexts can be added, and multiplied by known numbers; not by each other',
  'leveled, whole numbers': 'a limited number of multiplications, exact on whole numbers',
  'leveled, real numbers': 'a limited number of multiplications, on real numbers with a small error',
  full: 'any number of steps: every table lookup renews the ciphertext',
};

/** By family and arithmetic of a scheme. null: it hides nothing. */
export function categoryOf(family: LaunchRecord['family'], arithmetic: 'integer' | 'real'): Category | null {
  if (family === 'none') return null;
  if (family !== 'leveled') return family;
  return arithmetic === 'integer' ? 'leveled, whole numbers' : 'leveled, real numbers';
}

/**
 * The category of each scheme of a run. Where records do not name the arithmetic, as those of earlier versions, a leveled scheme whose
 * results are within a precision computes on real numbers, one whose results are equal on whole ones, and one without any result is in no
 * category.
 */
export function categoriesIn(records: readonly LaunchRecord[]): ReadonlyMap<string, Category> {
  const found = new Map<string, Category>();
  for (const [scheme, same] of Map.groupBy(records, (record) => record.scheme)) {
    const measured = same.filter(isMeasured);
    const { family } = same[0]!;
    const named = same.find(({ arithmetic }) => arithmetic !== undefined)?.arithmetic;
    if (family === 'leveled' && named === undefined && measured.length === 0) continue;
    const category = categoryOf(family, named ?? arithmeticOf(measured));
    if (category !== null) found.set(scheme, category);
  }
  return found;
}

/** Records of the first version promise no precision, but have one. */
function arithmeticOf(measured: readonly MeasuredRecord[]): 'integer' | 'real' {
  const isReal = measured.some(({ plannedPrecision, accuracy }) => (plannedPrecision ?? accuracy?.precision_bits ?? null) !== null);
  return isReal ? 'real' : 'integer';
}
