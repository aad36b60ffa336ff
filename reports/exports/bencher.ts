/**
 * Bencher Metric Format: for each benchmark its measures, with the ends of their intervals.
 *
 * @module
 */
import { printableJson } from '../../harness/record/printable.ts';
import type { LaunchRecord } from '../../harness/record/record.ts';
import { exportedCases } from './exported-case.ts';

export function renderBencher(records: readonly LaunchRecord[]): string {
  const entries = exportedCases(records).map(({ id, server_ns, interval, operations, keys_bytes, traffic_bytes }) => {
    const ends = interval === null ? {} : { lower_value: interval.low, upper_value: interval.high };
    // `latency` is Bencher's own measure, in nanoseconds.
    const measures = { latency: { value: server_ns, ...ends }, operations: { value: operations } };
    return [id, { ...measures, keys_bytes: { value: keys_bytes }, traffic_bytes: { value: traffic_bytes } }] as const;
  });
  return `${printableJson(Object.fromEntries(entries), 1)}\n`;
}
