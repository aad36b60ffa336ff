/**
 * What a report is made of: a run, as it was read.
 *
 * @module
 */
import type { LaunchRecord } from '../harness/record/record.ts';
import type { RunInformation } from '../harness/record/run-information.ts';

export interface ReportInput {
  /** null: run.json was missing or damaged. */
  readonly information: RunInformation | null;
  readonly records: readonly LaunchRecord[];
  /** SHA-256 of records.jsonl; absent: the run was not read from a folder. */
  readonly recordsDigest?: string;
  /** What could not be read. */
  readonly warnings: readonly { readonly code: string; readonly file: string; readonly line: number | null; readonly message: string }[];
}
