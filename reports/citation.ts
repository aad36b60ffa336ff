/**
 * How to cite a run: CITATION.cff in one line, with what tells this run from any other.
 *
 * @module
 */
import type { ReportInput } from './report-input.ts';

/**
 * @example
 * 'The Enigmark authors. Enigmark 0.1.0, commit 39e5a97c0f1b. Run of 2026-11-30, SHA-256 of records.jsonl 0f3c...'
 */
export function citation({ information, recordsDigest }: Pick<ReportInput, 'information' | 'recordsDigest'>): string {
  const enigmark = information?.enigmark;
  const commit = enigmark?.commit == null ? '' : `, commit ${enigmark.commit.slice(0, 12)}`;
  const program = `The Enigmark authors. Enigmark ${enigmark?.version ?? 'of unknown version'}${commit}.`;
  const digest = recordsDigest === undefined ? '' : `, SHA-256 of records.jsonl ${recordsDigest}`;
  return `${program} Run of ${information?.startedAt.slice(0, 10) ?? 'an unknown date'}${digest}.`;
}
