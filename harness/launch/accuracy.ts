/**
 * How right the decrypted outputs are: against the planned network in the clear (errors, right or wrong) and against the
 * labels beside the float network (accuracy). Shares count every distinct sample once; errors cover all that was decrypted.
 *
 * @module
 */
import type { Values } from '../../schemes/circuit.ts';
import type { Correctness } from '../../schemes/scheme.ts';
import type { Task } from '../../workloads/workload.ts';
import { difference, type ObservedBatch } from './outputs.ts';
import type { MeasuredRecord } from '../record/record.ts';
import { precision_bits } from '../record/statistics.ts';

export type Accuracy = NonNullable<MeasuredRecord['accuracy']>;

/** A batch's decrypted outputs and what the planned network gives for it; both counted in the output's step. */
export interface ComparedBatch extends ObservedBatch {
  readonly planned: Values;
}

export interface Reading {
  readonly task: Pick<Task, 'plan' | 'samples' | 'labels' | 'float' | 'output'>;
  readonly correctness: Correctness;
  /** max(|min|, |max|) of the output port, counted in its step. */
  readonly range: number;
}

export interface Judgement {
  readonly accuracy: Accuracy;
  /** Reasons for the nulls in `accuracy`, by dotted path. */
  readonly notes: Readonly<Record<string, string>>;
  /** What is wrong with the outputs, in one line; null: they are right. */
  readonly wrong: string | null;
}

/** Compares at least one batch. */
export function judge(batches: readonly ComparedBatch[], { task, correctness, range }: Reading): Judgement {
  const errors = batches.flatMap((batch) =>
    Array.from<unknown, number>({ length: batch.planned.length }, (_, at) => worstError(batch, at)),
  );
  const worst = errors.reduce((largest, error) => Math.max(largest, error), 0);
  const step = task.output.step ?? 1;
  const outputRange = range * step;
  const maxAbsError = worst * step;
  const finite = Number.isFinite(maxAbsError);
  const precise = finite && maxAbsError > 0 && outputRange > 0;
  const classes = classShares(batches, task);
  return {
    accuracy: {
      ...classes.shares,
      maxAbsError: finite ? maxAbsError : null,
      outputRange,
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

function worstError({ low, high, planned: outputs }: ComparedBatch, at: number): number {
  const planned = outputs[at]!;
  return Math.max(Math.abs(difference(low[at] ?? NaN, planned)), Math.abs(difference(high[at] ?? NaN, planned)));
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
      return `an output is off by ${worst.toPrecision(3)}; the plan allows ${allowed.toPrecision(3)}, 2^-${correctness.precision_bits} of the range`;
    }
    case 'noisy':
      // What is farther off no noise explains; the rest is judged beside the plan's prediction (`noise/judgement.ts`).
      return worst <= correctness.maxSteps ? null : `outputs are off by up to ${worst} steps; the plan allows ${correctness.maxSteps}`;
  }
}

type Shares = Pick<Accuracy, 'samples' | 'float' | 'planned' | 'encrypted' | 'agreement'>;

function classShares(batches: readonly ComparedBatch[], task: Reading['task']): { shares: Shares; notes: Record<string, string> } {
  const { labels, output, plan } = task;
  const seen = new Set<number>();
  const right = { float: 0, planned: 0, encrypted: 0, agreement: 0 };
  for (const batch of batches) {
    for (let at = 0; at < plan.batch; at++) {
      // A batch that reaches past the last sample begins again with the first.
      const sample = (batch.first + at) % task.samples;
      if (seen.has(sample)) continue;
      seen.add(sample);
      if (labels === null) continue;
      const planned = classOf(batch.planned, at * output.values, output.values);
      const encrypted = classOf(batch.outputs, at * output.values, output.values);
      if (classOf(task.float(sample), 0, output.values) === labels[sample]) right.float++;
      if (planned === labels[sample]) right.planned++;
      if (encrypted === labels[sample]) right.encrypted++;
      if (encrypted === planned) right.agreement++;
    }
  }
  const samples = seen.size;
  if (labels === null) {
    const reason = 'the workload has no classes';
    const names = ['float', 'planned', 'encrypted', 'agreement'] as const;
    return {
      shares: { samples, float: null, planned: null, encrypted: null, agreement: null },
      notes: Object.fromEntries(names.map((name) => [`accuracy.${name}`, reason])),
    };
  }
  const share = (count: number): number => count / samples;
  return {
    shares: {
      samples,
      float: share(right.float),
      planned: share(right.planned),
      encrypted: share(right.encrypted),
      agreement: share(right.agreement),
    },
    notes: {},
  };
}

/** Index of the largest output of one sample, the first of equals; -1 where none is a number. */
function classOf(values: Values, from: number, length: number): number {
  let best = -1;
  for (let at = 0; at < length; at++) {
    const value = values[from + at];
    if (value === undefined || Number.isNaN(value)) continue;
    if (best < 0 || value > values[from + best]!) best = at;
  }
  return best;
}
