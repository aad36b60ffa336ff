/**
 * Tables, pictures, answer and warnings ask for the interval of the same samples, and each is a thousand resamplings.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { summarizeLaunches } from '../harness/record/statistics.ts';

type Summary = ReturnType<typeof summarizeLaunches>;

/** By a hash of the samples: a sum of stages is a new array each time. */
const known = new Map<string, Summary>();

/**
 * `summarizeLaunches`, computed once for equal samples.
 *
 * @throws RangeError for no samples at all.
 */
export function summarizeOnce(launches: Parameters<typeof summarizeLaunches>[0]): Summary {
  const key = createHash('sha256').update(JSON.stringify(launches)).digest('base64');
  const summary = known.get(key) ?? summarizeLaunches(launches);
  known.set(key, summary);
  return summary;
}
