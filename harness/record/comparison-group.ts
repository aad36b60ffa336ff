/**
 * What is compared side by side must meet one machine.
 *
 * @module
 */
import type { CaseKey } from './record.ts';

/** Cases of one group are compared with each other; a shard has whole groups. */
export function comparisonGroup({ workload, layout }: Pick<CaseKey, 'workload' | 'layout'>): string {
  return `${workload}/${layout}`;
}
