/**
 * What services that watch figures over time are told of a case: completed, of a network, and not of the oracle.
 *
 * @module
 */
import { batchTimes_ns, SERVER_STAGES } from '../../harness/record/batch-times.ts';
import type { LaunchRecord } from '../../harness/record/record.ts';
import { summarizeLaunches, type Interval } from '../../harness/record/statistics.ts';
import { poolCases } from '../case.ts';

export interface ExportedCase {
  readonly id: string;
  /** Of one batch. */
  readonly server_ns: number;
  readonly interval: Interval | null;
  /** Batches. */
  readonly n: number;
  /** Encrypted operations of one batch, of every kind. */
  readonly operations: number;
  readonly keys_bytes: number;
  /** Up and down for one batch. */
  readonly traffic_bytes: number;
}

export function exportedCases(records: readonly LaunchRecord[]): readonly ExportedCase[] {
  return poolCases(records).flatMap(({ id, comparable }) => {
    const [first] = comparable;
    const times = comparable.flatMap((launch) => [batchTimes_ns(launch, SERVER_STAGES) ?? []]).filter(({ length }) => length > 0);
    if (first === undefined || times.length === 0) return [];
    const { median, interval, n } = summarizeLaunches(times);
    const sum = (values: Readonly<Record<string, number>>): number => Object.values(values).reduce((total, value) => total + value, 0);
    const { operations, bytes } = first;
    return [
      {
        id,
        server_ns: median,
        interval,
        n,
        operations: sum(operations),
        keys_bytes: sum(bytes.keys),
        traffic_bytes: bytes.input + bytes.output,
      },
    ];
  });
}
