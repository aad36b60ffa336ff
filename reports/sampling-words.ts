/**
 * How often a run measured, in words: a profile's name alone says nothing to who does not know the program.
 *
 * @module
 */
import { formatDuration } from '../harness/record/duration.ts';
import { isMeasured } from '../harness/record/record.ts';
import type { LaunchRecord } from '../harness/record/record.ts';
import type { RunInformation } from '../harness/record/run-information.ts';

type Sampling = NonNullable<RunInformation['sampling']>;

/** Launches and warm-up as recorded, the budget from run.json: `3 launches of a case, each 2 to 9 warm-up batches, then samples until ... (profile full).` */
export function samplingWords(records: readonly LaunchRecord[], information: RunInformation | null): string {
  const launches = [...Map.groupBy(records, ({ id, encryption }) => `${id} ${encryption}`).values()].map((same) => same.length);
  const warmup = records.filter(isMeasured).map(({ stages }) => stages.evaluate.warmup_ns.length);
  const parts = [
    ...(launches.length === 0 ? [] : [`${fromTo(launches)} ${Math.max(...launches) === 1 ? 'launch' : 'launches'} of a case`]),
    ...(warmup.length === 0 ? [] : [`each ${warmupWords(warmup)}`]),
    budgetWords(information),
  ];
  return `${parts.join(', ')}.`;
}

function warmupWords(batches: readonly number[]): string {
  if (Math.max(...batches) === 0) return 'without warm-up';
  return `${fromTo(batches)} warm-up ${Math.max(...batches) === 1 ? 'batch' : 'batches'}`;
}

function budgetWords(information: RunInformation | null): string {
  if (information === null) return 'then samples for a time that is not known';
  const { sampling, profile } = information;
  const samples = sampling === null ? 'samples for a time that was not recorded' : samplesWords(sampling);
  return `then ${samples} (profile ${profile})`;
}

/** `samples until the median is known within 1%, at most 1000 or 60 s` */
export function samplesWords({ precision, mostSamples, budget_ns }: Omit<Sampling, 'launches' | 'warmup'>): string {
  return `samples until the median is known within ${Number((100 * precision).toPrecision(6))}%, at most ${mostSamples} or ${formatDuration(budget_ns)}`;
}

/** `1`, or `1 to 3`. */
export function fromTo(counts: readonly number[]): string {
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  return fewest === most ? String(fewest) : `${fewest} to ${most}`;
}
