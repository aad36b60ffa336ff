/**
 * How far a training may be off the same algorithm in the clear, known before it runs.
 *
 * @module
 */
import type { HEScheme } from '../../../schemes/scheme.ts';
import type { TrainingTask } from '../../../workloads/training/training.ts';
import { drawnBound } from './drawn-errors.ts';

export interface AllowedErrors {
  /** Of an entry of a gradient. */
  readonly gradient: number;
  /** Of a weight behind steps of the evaluator; null: the client takes every step. */
  readonly weights: number | null;
}

/** Of all entries of all updates. */
export interface LargestErrors {
  readonly gradient: number;
  readonly weights: number;
}

/** By the worst output; where noise can be drawn in the clear, what that leaves if it is less. */
export async function allowedErrors(task: TrainingTask, scheme: HEScheme, seed: number): Promise<AllowedErrors> {
  const { rehearsal, update } = task;
  const { gradientStep, compiled, stretch } = update;
  const outputs = Object.values(compiled.estimate.correctness);
  const gradients = outputs.map((right) => {
    if (right.kind === 'exact') return 0;
    return right.kind === 'noisy' ? right.maxSteps * gradientStep! : rehearsal.sizes.gradients.rms / 2 ** right.precision_bits;
  });
  const bits = outputs.flatMap((right) => (right.kind === 'approximate' ? [right.precision_bits] : []));
  return {
    gradient: Math.min(Math.max(...gradients), (await drawnBound(task, scheme, seed)) ?? Infinity),
    weights: stretch === undefined ? null : stretch.typicalWeight / 2 ** Math.min(...bits),
  };
}

/** In words; null: nothing is farther off than it may be. */
export function whatIsWrong(allowed: AllowedErrors, largest: LargestErrors): string | null {
  const [found, most] = [largest, allowed].map(({ gradient }) => gradient.toPrecision(3));
  if (!(largest.gradient <= allowed.gradient)) return `an entry of a gradient is ${found} off; the plan allows ${most}`;
  if (allowed.weights === null || largest.weights <= allowed.weights) return null;
  return `a weight is ${largest.weights.toPrecision(3)} off behind updates of the evaluator; the plan allows ${allowed.weights.toPrecision(3)}`;
}
