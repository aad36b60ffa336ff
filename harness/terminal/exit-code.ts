/**
 * What the process says to its caller when it ends.
 *
 * @module
 */
import type { LaunchRecord } from '../record/record.ts';

export const EXIT = {
  fine: 0,
  /** A case failed, decrypted wrongly or ran out of time. */
  caseFailed: 1,
  usage: 2,
  /** Of two runs the newer is worse than the gate lets through. */
  regression: 3,
  environmentUnusable: 4,
  /** What was measured is kept. */
  interrupted: 130,
} as const;

/** Faults of the machine or the installation; every other coded error is the caller's. */
const ENVIRONMENT_CODES = new Set([
  ...['ADAPTER_UNUSABLE', 'RUN_FOLDER_UNWRITABLE', 'RUN_FOLDER_UNREADABLE', 'RUN_FOLDER_BUSY', 'RUN_FOLDER_GONE', 'CONTENTS_UNREADABLE'],
  ...['KEY_CACHE_UNUSABLE', 'CLUSTER_UNUSABLE', 'REPORT_UNWRITABLE', 'OUTPUT_UNWRITABLE', 'FOLDER_UNWRITABLE', 'DISK_FULL'],
  ...['LIBRARY_UNUSABLE', 'LIBRARY_UNSUPPORTED', 'KERNELS_UNUSABLE'],
]);

export function exitCodeOfError(code: string): number {
  if (code === 'INTERRUPTED') return EXIT.interrupted;
  return ENVIRONMENT_CODES.has(code) ? EXIT.environmentUnusable : EXIT.usage;
}

/** A refusal is an answer, not a failure. */
export function exitCodeOfRecords(records: readonly LaunchRecord[]): number {
  return records.every(({ state }) => state === 'completed' || state === 'unsupported') ? EXIT.fine : EXIT.caseFailed;
}
