/**
 * How right the decrypted outputs are: against the planned network in the clear (errors, agreement, right or wrong) and against the
 * labels (accuracy). Shares count every distinct sample once; errors cover all that was decrypted.
 *
 * @module
 */
import type { Correctness } from '../../../schemes/scheme.ts';
import type { Task } from '../../../workloads/workload.ts';
import { difference, type ObservedBatch } from '../outputs.ts';
import type { MeasuredRecord } from '../../record/record.ts';
import { precision_bits } from '../../record/statistics.ts';
import type { Comparison } from './held-out.ts';
import { classOf } from './predicted-class.ts';

export type Accuracy = NonNullable<MeasuredRecord['accuracy']>;

export interface Reading {
  readonly task: Pick<Task, 'plan' | 'samples' | 'labels' | 'planned' | 'output' | 'outputRange' | 'passedRanges' | 'worstCase'>;
  readonly correctness: Correctness;
  /** max(|min|, |max|) that the plan gives the output port, counted in its step: what `correctness` is relative to. */
  readonly range: number;
  readonly compared: Comparison;
}

export interface Judgement {
  readonly accuracy: Accuracy;
  /** Reasons for the nulls in `accuracy`, by dotted path. */
  readonly notes: Readonly<Record<string, string>>;
  /** What is wrong with the outputs, in one line; null: they are right. */
  readonly wrong: string | null;
}

/** Compares at least one batch. */
export function judge(batches: readonly ObservedBatch[], { task, correctness, range, compared }: Reading): Judgement {
  const errors = batches.flatMap((batch) => errorsOf(batch, task));
  const worst = errors.reduce((largest, error) => Math.max(largest, error), 0);
  const step = task.output.step ?? 1;
  const { largest: outputRange, source: outputRangeSource } =
    task.outputRange.largest > 0
      ? task.outputRange
      : { largest: range * step, source: 'what the plan gives the outputs, for all of the float network are zero' };
  const maxAbsError = worst * step;
  const finite = Number.isFinite(maxAbsError);
  const precise = finite && maxAbsError > 0 && outputRange > 0;
  const classes = classShares(batches, task);
  return {
    accuracy: {
      ...compared,
      ...classes.shares,
      ...(task.worstCase === null ? {} : { worstCase: task.worstCase() }),
      passedRanges: [...task.passedRanges],
      maxAbsError: finite ? maxAbsError : null,
      outputRange,
      outputRangeSource,
      precision_bits: precise ? precision_bits(outputRange, maxAbsError) : null,
    },
    notes: {
      ...classes.notes,
      ...(finite ? {} : { 'accuracy.maxAbsError': 'a decrypted value is not a number' }),
      ...(precise
        ? {}
        : { 'accuracy.precision_bits': finite ? 'no error was seen, or the outputs have no range' : 'a decrypted value is not a number' }),
    },
    wrong: whatIsWrong(errors, worst, range, correctness),
  };
}

/** Largest error of every output of a batch, counted in the output's step. */
function errorsOf({ first, low, high }: ObservedBatch, { plan, samples, output, planned }: Reading['task']): number[] {
  const errors: number[] = [];
  for (let at = 0; at < plan.batch; at++) {
    const expected = planned((first + at) % samples);
    for (let value = 0; value < output.values; value++) {
      const ends = [low, high].map((seen) => Math.abs(difference(seen[at * output.values + value] ?? NaN, expected[value]!)));
      errors.push(Math.max(...ends));
    }
  }
  return errors;
}

/** null: nothing. `worst` is the largest of the errors. Every test is written so that NaN fails it. */
export function whatIsWrong(errors: readonly number[], worst: number, range: number, correctness: Correctness): string | null {
  switch (correctness.kind) {
    case 'exact': {
      const unequal = errors.filter((error) => error !== 0).length;
      return unequal === 0 ? null : `${unequal} of ${errors.length} outputs differ from the planned network, which must be met exactly`;
    }
    case 'approximate': {
      const allowed = range * 2 ** -correctness.precision_bits;
      if (worst <= allowed) return null;
      const bits = correctness.precision_bits.toFixed(1);
      return `an output is off by ${worst.toPrecision(3)}; the plan allows ${allowed.toPrecision(3)}, 2^-${bits} of the range that it gives them`;
    }
    case 'noisy':
      // An error beyond this cannot come from noise; smaller errors are judged beside the plan's prediction (`noise/judgement.ts`).
      return worst <= correctness.maxSteps ? null : `outputs are off by up to ${worst} steps; the plan allows ${correctness.maxSteps}`;
  }
}

type Shares = Pick<Accuracy, 'samples' | 'encrypted' | 'agreement'>;

function classShares(batches: readonly ObservedBatch[], task: Reading['task']): { shares: Shares; notes: Record<string, string> } {
  const { labels, output, plan } = task;
  const seen = new Set<number>();
  const right = { encrypted: 0, agreement: 0 };
  for (const batch of batches) {
    for (let at = 0; at < plan.batch; at++) {
      // A batch that reaches past the last sample begins again with the first.
      const sample = (batch.first + at) % task.samples;
      if (seen.has(sample)) continue;
      seen.add(sample);
      if (labels === null) continue;
      const planned = classOf(task.planned(sample), 0, output, output.step);
      const encrypted = classOf(batch.outputs, at * output.values, output, output.step);
      if (encrypted === labels[sample]) right.encrypted++;
      if (encrypted === planned) right.agreement++;
    }
  }
  const samples = seen.size;
  if (labels === null) {
    const reason = 'the workload has no classes';
    const names = ['heldOut', 'encrypted', 'agreement'] as const;
    return {
      shares: { samples, encrypted: null, agreement: null },
      notes: Object.fromEntries(names.map((name) => [`accuracy.${name}`, reason])),
    };
  }
  return { shares: { samples, encrypted: right.encrypted / samples, agreement: right.agreement / samples }, notes: {} };
}
