/**
 * Whole trainings of networks on encrypted images.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scheme as ckks } from '../../../schemes/ckks/scheme.ts';
import { transferDigits } from '../../../workloads/cnn/transfer-digits.ts';
import { mlpRecipes } from '../../../workloads/training/mlp/mlp-recipes.ts';
import { mlpTraining } from '../../../workloads/training/mlp/mlp.ts';
import { trainedIn } from './training.fixture.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'enigmark-training-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it.each([mlpTraining(mlpRecipes[0]!), transferDigits])('$id is as accurate as the same algorithm in float', async (workload) => {
  const { state, training } = await trainedIn(folder, workload, ckks);
  const last = training.history.at(-1)!;
  expect(state).toBe('completed');
  expect(Math.abs(last.heldOut.encrypted - last.heldOut.polynomial)).toBeLessThan(0.005);
  expect(last.weightDistance).toBeLessThan(0.02);
});
