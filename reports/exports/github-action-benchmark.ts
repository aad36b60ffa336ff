/**
 * For github-action-benchmark, tool `customSmallerIsBetter`: a list of figures of which less is better.
 *
 * @module
 */
import { printableJson } from '../../harness/record/printable.ts';
import type { LaunchRecord } from '../../harness/record/record.ts';
import { exportedCases } from './exported-case.ts';

export function renderGithubActionBenchmark(records: readonly LaunchRecord[]): string {
  const entries = exportedCases(records).flatMap(({ id, server_ns, interval, n, operations, keys_bytes, traffic_bytes }) => [
    {
      name: `${id} server`,
      unit: 'ms',
      value: server_ns / 1e6,
      ...(interval === null ? {} : { range: `${(interval.low / 1e6).toPrecision(4)} to ${(interval.high / 1e6).toPrecision(4)}` }),
      extra: `median of ${n} batches`,
    },
    { name: `${id} operations`, unit: 'operations', value: operations },
    { name: `${id} keys`, unit: 'bytes', value: keys_bytes },
    { name: `${id} traffic`, unit: 'bytes', value: traffic_bytes },
  ]);
  return `${printableJson(entries, 1)}\n`;
}
