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
import { recipes } from '../../../workloads/training/recipes.ts';
import { trainedIn } from './training.fixture.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'enigmark-training-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('takes four updates of 1,024 images between two refreshes on the largest ring', async () => {
  const digits = recipes.find(({ id }) => id === 'training-logistic-digits')!;
  const { state, parameters, training } = await trainedIn(folder, digits, ckks, { updates: 4 });
  expect([state, training.updatesPerRefresh, parameters.id]).toEqual(['completed', 4, expect.stringMatching(/^deeper-/)]);
  expect(training.history.map(({ epoch }) => epoch)).toEqual([2, 4, 6, 8, 10, 12, 14, 16]);
  const last = training.history.at(-1)!;
  expect(last.weightDistance).toBeLessThan(0.1);
  expect(Math.abs(last.heldOut.encrypted - last.heldOut.polynomial)).toBeLessThan(0.01);
});

it.each([mlpTraining(mlpRecipes[0]!), transferDigits])('$id is as accurate as the same algorithm in float', async (workload) => {
  const { state, training } = await trainedIn(folder, workload, ckks);
  const last = training.history.at(-1)!;
  expect(state).toBe('completed');
  expect(Math.abs(last.heldOut.encrypted - last.heldOut.polynomial)).toBeLessThan(0.005);
  expect(last.weightDistance).toBeLessThan(0.02);
});
