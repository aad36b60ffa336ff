/**
 * What one batch costs each side. The stages of one batch belong together, so they are added batch by batch before anything is
 * summarised: the sum of medians is the median of nothing.
 *
 * @module
 */
import type { MeasuredRecord, Stage } from './record.ts';

/** What a server does for a batch, from the bytes that come in to the bytes that go out. */
export const SERVER_STAGES = ['load', 'evaluate', 'store'] as const satisfies readonly Stage[];
/** What a client does for a batch. */
export const CLIENT_STAGES = ['encrypt', 'decrypt'] as const satisfies readonly Stage[];

/** Nanoseconds of the stages together for every batch, in the order taken; null: a stage was not timed with every batch. */
export function batchTimes_ns({ stages }: Pick<MeasuredRecord, 'stages'>, together: readonly Stage[]): readonly number[] | null {
  const timed = together.flatMap((stage) => {
    const samples_ns = stages[stage]?.samples_ns;
    return samples_ns === undefined ? [] : [samples_ns];
  });
  const [first] = timed;
  if (first === undefined || timed.length < together.length) return null;
  if (timed.some((samples_ns) => samples_ns.length !== first.length)) return null;
  return first.map((_, batch) => timed.reduce((sum, samples_ns) => sum + samples_ns[batch]!, 0));
}
