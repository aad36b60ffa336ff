/**
 * Warnings about one case, from the records of its launches.
 *
 * @module
 */
import { batchTimes_ns, SERVER_STAGES } from '../../harness/record/batch-times.ts';
import type { MeasuredRecord } from '../../harness/record/record.ts';
import { summarizeOnce } from '../summarize-once.ts';
import {
  accuracyLostIn,
  fallbackIn,
  insecureIn,
  madeAheadIn,
  otherImagesIn,
  passedRangesIn,
  planningErrorIn,
  tableErrorsIn,
} from './plan-warnings.ts';
import { WARNINGS, type Warning, type WarningCode } from './list.ts';
import { driftOf, outliersOf, slowFirstOf } from './series.ts';

/** A median that is known no better is a glimpse. */
const WIDEST = 0.1;

type Seen = Pick<Warning, 'code' | 'seen'>;

/** Every one looks at the launches of one case that is completed. */
const LOOKS: readonly ((launches: readonly MeasuredRecord[]) => readonly Seen[])[] = [
  fewSamples,
  inAnyLaunch('SLOW_FIRST_SAMPLE', slowFirstOf),
  inAnyLaunch('DRIFT', driftOf),
  inAnyLaunch('OUTLIERS', outliersOf),
  ofPlan(accuracyLostIn),
  ofPlan(planningErrorIn),
  ofPlan(otherImagesIn),
  ofPlan(passedRangesIn),
  ofPlan(insecureIn),
  ofPlan(fallbackIn),
  ofPlan(madeAheadIn),
  ofPlan(tableErrorsIn),
];

/** In the order of the list. Launches are those of one case that may be printed: `ReportCase.comparable`. */
export function warningsOfCase(launches: readonly MeasuredRecord[]): Warning[] {
  const [first] = launches;
  return first === undefined ? [] : LOOKS.flatMap((look) => look(launches).map((seen) => ({ ...seen, about: first.id })));
}

/** What stands in a table's notes beside the case; null: nothing. */
export function marksOfCase(launches: readonly MeasuredRecord[]): string | null {
  const marks = new Set(warningsOfCase(launches).map(({ code }) => WARNINGS[code].mark));
  return marks.size === 0 ? null : [...marks].join(', ');
}

/** Of every batch, all that the server did for it: the time that sampling waits for, and that is printed first. */
function serverTimes(record: MeasuredRecord): readonly number[] {
  return batchTimes_ns(record, SERVER_STAGES) ?? record.stages.evaluate.samples_ns;
}

function fewSamples(launches: readonly MeasuredRecord[]): readonly Seen[] {
  const { n, launches: count, median, interval, reason } = summarizeOnce(launches.map(serverTimes));
  if (interval === null)
    return [{ code: 'FEW_SAMPLES', seen: `n = ${n} in ${count === 1 ? 'one launch' : `${count} launches`}: ${reason}` }];
  const width = Math.max(interval.high - median, median - interval.low) / median;
  return width > WIDEST ? [{ code: 'FEW_SAMPLES', seen: `the median is known within ${(100 * width).toFixed(0)}% only (n = ${n})` }] : [];
}

/** The plan is the same in every launch: the first that shows it stands for all. */
function ofPlan(seenIn: (record: MeasuredRecord) => Seen | null) {
  return (launches: readonly MeasuredRecord[]): readonly Seen[] => launches.flatMap((record) => seenIn(record) ?? []).slice(0, 1);
}

/** The first launch that shows it stands for all. */
function inAnyLaunch(code: WarningCode, seenIn: (samples: readonly number[]) => string | null) {
  return (launches: readonly MeasuredRecord[]): readonly Seen[] => {
    for (const record of launches) {
      const seen = seenIn(serverTimes(record));
      if (seen !== null) return [{ code, seen: launches.length === 1 ? seen : `in launch ${record.launch} ${seen}` }];
    }
    return [];
  };
}
