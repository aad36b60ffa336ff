/** @module */
import { describe, expect, it } from 'vitest';
import { scheme as clear } from '../../../schemes/clear/scheme.ts';
import { isRefusal, type HEScheme, type Requirement } from '../../../schemes/scheme.ts';
import { scheme as tfhe } from '../../../schemes/tfhe/scheme.ts';
import { logisticRegression } from '../../../workloads/training/logistic.ts';
import { recipes, type Recipe } from '../../../workloads/training/recipes.ts';
import type { TrainingTask } from '../../../workloads/training/training.ts';
import { allowedErrors } from './allowed-errors.ts';
import { drawnBound } from './drawn-errors.ts';

const need: Requirement = {
  ...{ security_bits: 128, precision_bits: 3, failure_log2: -40, kernels: 'own', threads: 1, memory_bytes: 2 ** 32 },
  encryption: 'symmetric',
};
const small = recipes.find(({ id }) => id === 'training-logistic-small')!;

async function prepared(recipe: Recipe, scheme: HEScheme): Promise<TrainingTask> {
  const task = await logisticRegression(recipe).prepareTraining({
    ...{ scheme, seed: 1, clientActivation: false, updates: null, connection: { bits_per_s: 1e9, roundTrip_ns: 1e6 } },
    compile: (circuits) => scheme.compile(circuits, need),
  });
  if (isRefusal(task)) throw new Error(task.reason);
  return task;
}

describe('the error that noise is drawn to leave', () => {
  it('is less than a plan that takes tables for independent, and draws of another seed agree', async () => {
    const task = await prepared(small, tfhe);
    const right = task.update.compiled.estimate.correctness['update.gradient'];
    if (right?.kind !== 'noisy') throw new Error('not noisy');
    const stated = right.maxSteps * task.update.gradientStep!;
    const bounds = await Promise.all([1, 2].map((seed) => drawnBound(task, tfhe, seed)));
    for (const bound of bounds) expect(bound).toBeLessThan(stated);
    // Of 48 updates each, deviations are known to a tenth or so.
    expect(bounds[0]! / bounds[1]!).toBeGreaterThan(0.7);
    expect(bounds[0]! / bounds[1]!).toBeLessThan(1 / 0.7);
    expect((await allowedErrors(task, tfhe, 1)).gradient).toBe(bounds[0]);
  });

  it('is none where nothing is noisy', async () => {
    expect(await drawnBound(await prepared(small, clear), clear, 1)).toBeNull();
  });
});
