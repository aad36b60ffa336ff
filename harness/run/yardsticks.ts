/**
 * Where a quick run measures the library's own operations beside Enigmark's kernels: they show how much of a time is code and not scheme. On
 * every network they would take most of the run and, several times slower, answer nothing.
 *
 * @module
 */
import type { CaseKey } from '../record/record.ts';

/** The one rule of which library kernels a run measures that does not name kernels. */
export type LibraryKernels = 'yardsticks' | 'all';

/** Why a case with library kernels is left out, and how to get it. */
export const NO_YARDSTICK =
  'a quick run measures these on dense-784x10, cnn-tenseal packed and training-logistic-table only; add `--kernels library,own` for all';

/** Of networks two, of trainings one; single operations, which are asked for by name, all. */
export function isYardstick({ workload, layout }: Pick<CaseKey, 'workload' | 'layout'>): boolean {
  if (layout === null || workload === 'dense-784x10' || workload === 'training-logistic-table') return true;
  return workload === 'cnn-tenseal' && layout === 'packed';
}
