/**
 * The float network's time by workload: one for all rows of a workload, so that overheads compare as their times do.
 *
 * @module
 */
import { isMeasured } from '../harness/record/record.ts';
import type { LaunchRecord } from '../harness/record/record.ts';
import type { SamplesByLaunch } from './sampled-cell.ts';

/** Nanoseconds of one inference, from every launch of the workload that timed it, whatever it encrypted with; no entry where none did. */
export function baselinesOf(records: readonly LaunchRecord[]): ReadonlyMap<string, SamplesByLaunch> {
  const timed = records.filter(isMeasured).flatMap(({ workload, baseline }) => (baseline === null ? [] : [{ workload, baseline }]));
  const byWorkload = Map.groupBy(timed, ({ workload }) => workload);
  return new Map([...byWorkload].map(([workload, launches]) => [workload, launches.map(({ baseline }) => baseline.samples_ns)]));
}
