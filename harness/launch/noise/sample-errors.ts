/**
 * Errors that noise caused: outputs, decrypted or simulated, compared with those of the planned network.
 *
 * @module
 */
import type { Values } from '../../../schemes/circuit.ts';
import type { Task } from '../../../workloads/workload.ts';
import { difference } from '../outputs.ts';
import { classOf } from '../accuracy/predicted-class.ts';

/** Errors of several samples, in order. */
export interface SampleErrors {
  /** Mean over a sample's outputs of the squared error, in real units. NaN where an output is no number. */
  readonly meanSquares: readonly number[];
  /** Whether a sample's class is another than the planned network's; null where there are no classes. */
  readonly otherClass: readonly boolean[] | null;
}

/** Of whole batches' outputs, sample-major and counted in the output's step: those that begin at sample `first`. */
export function sampleErrors(
  task: Pick<Task, 'output' | 'labels' | 'samples' | 'planned'>,
  batches: readonly { readonly first: number; readonly outputs: Values }[],
): SampleErrors {
  const { values, step } = task.output;
  const meanSquares: number[] = [];
  const otherClass: boolean[] = [];
  for (const { first, outputs } of batches) {
    for (let at = 0; at * values < outputs.length; at++) {
      const planned = task.planned((first + at) % task.samples);
      const found = outputs.slice(at * values, (at + 1) * values);
      let squares = 0;
      for (let output = 0; output < values; output++) squares += (difference(found[output]!, planned[output]!) * (step ?? 1)) ** 2;
      meanSquares.push(squares / values);
      otherClass.push(classOf(found, 0, task.output, step) !== classOf(planned, 0, task.output, step));
    }
  }
  return { meanSquares, otherClass: task.labels === null ? null : otherClass };
}

/** Root of the mean over samples. */
export function rootMean(meanSquares: readonly number[]): number {
  return Math.sqrt(meanSquares.reduce((sum, square) => sum + square, 0) / meanSquares.length);
}

/** How many samples have another class; null where there are no classes. */
export function countOtherClass({ otherClass }: SampleErrors): number | null {
  return otherClass === null ? null : otherClass.filter((other) => other).length;
}
